#include "trial/parquet.h"

#include <array>
#include <bit>
#include <cstring>
#include <fstream>

namespace longmen::trial {
namespace {

static_assert(std::endian::native == std::endian::little, "Parquet is little-endian");

constexpr char kMagic[] = "PAR1";

/// Structs in Thrift's compact protocol, in which Parquet's metadata is written.
class CompactWriter {
 public:
  enum Type : std::uint8_t { kI32 = 5, kI64 = 6, kBinary = 8, kList = 9, kStruct = 12 };

  void field(int id, Type type) {
    const int step = id - last_.back();
    if (step > 0 && step < 16) {
      byte(static_cast<unsigned>(step) << 4 | type);
    } else {
      byte(type);
      zigzag(id);
    }
    last_.back() = id;
  }
  void i32(int id, std::int32_t value) {
    field(id, kI32);
    zigzag(value);
  }
  void i64(int id, std::int64_t value) {
    field(id, kI64);
    zigzag(value);
  }
  void text(int id, const std::string& value) {
    field(id, kBinary);
    bare_text(value);
  }
  void list(int id, Type type, std::size_t size) {
    field(id, kList);
    if (size < 15) {
      byte(static_cast<unsigned>(size) << 4 | type);
    } else {
      byte(0xF0u | type);
      varint(size);
    }
  }
  void bare_text(const std::string& value) {
    varint(value.size());
    out_ += value;
  }
  void bare_i32(std::int32_t value) { zigzag(value); }
  void begin() { last_.push_back(0); }
  void begin(int id) {
    field(id, kStruct);
    begin();
  }
  void end() {
    byte(0);
    last_.pop_back();
  }
  [[nodiscard]] const std::string& bytes() const { return out_; }

 private:
  void byte(unsigned value) { out_ += static_cast<char>(value); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<unsigned>(value & 0x7F) | 0x80u);
    byte(static_cast<unsigned>(value));
  }
  void zigzag(std::int64_t value) {
    varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }

  std::string out_;
  std::vector<int> last_;  ///< field of each open struct
};

// Enumerations of parquet.thrift.
enum PhysicalType { kBoolean = 0, kInt64 = 2, kDouble = 5, kByteArray = 6 };
enum Encoding { kPlain = 0, kRle = 3 };
constexpr int kOptional = 1;
constexpr int kUtf8 = 0;
constexpr int kDataPage = 0;
constexpr int kUncompressed = 0;

PhysicalType physical_type(const Column& column) {
  constexpr PhysicalType kTypes[] = {kBoolean, kInt64, kDouble, kByteArray};
  return kTypes[column.values.index()];
}

std::size_t length_of(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

template <typename T>
void put_raw(std::string& out, T value) {
  std::array<char, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof(T));
  out.append(bytes.data(), bytes.size());
}

/// Bits, the first lowest, padded to whole bytes.
class BitPacker {
 public:
  void put(bool bit) {
    if (count_ % 8 == 0) bytes_ += '\0';
    if (bit) bytes_.back() = static_cast<char>(bytes_.back() | (1 << (count_ % 8)));
    ++count_;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::size_t count_ = 0;
};

/// Which values are there: one bit-packed run of the RLE hybrid, with its length before it.
template <typename T>
std::string definition_levels(const std::vector<std::optional<T>>& values) {
  BitPacker bits;
  for (const auto& value : values) bits.put(value.has_value());
  std::string run;
  for (std::uint64_t header = bits.bytes().size() << 1 | 1; true; header >>= 7) {
    const bool is_last = header < 0x80;
    run += static_cast<char>(is_last ? header : (header & 0x7F) | 0x80);
    if (is_last) break;
  }
  run += bits.bytes();
  std::string out;
  put_raw(out, static_cast<std::uint32_t>(run.size()));
  return out + run;
}

std::string plain(const std::vector<std::optional<bool>>& values) {
  BitPacker bits;
  for (const auto& value : values)
    if (value) bits.put(*value);
  return bits.bytes();
}

template <typename T>
std::string plain(const std::vector<std::optional<T>>& values) {
  std::string out;
  for (const auto& value : values)
    if (value) put_raw(out, *value);
  return out;
}

std::string plain(const std::vector<std::optional<std::string>>& values) {
  std::string out;
  for (const auto& value : values) {
    if (!value) continue;
    put_raw(out, static_cast<std::uint32_t>(value->size()));
    out += *value;
  }
  return out;
}

/// A column's page, header and all.
std::string page_of(const Column& column) {
  const std::string data = std::visit(
      [](const auto& values) { return definition_levels(values) + plain(values); }, column.values);
  CompactWriter header;
  header.begin();
  header.i32(1, kDataPage);
  header.i32(2, static_cast<std::int32_t>(data.size()));
  header.i32(3, static_cast<std::int32_t>(data.size()));
  header.begin(5);
  header.i32(1, static_cast<std::int32_t>(length_of(column)));
  header.i32(2, kPlain);
  header.i32(3, kRle);
  header.i32(4, kRle);
  header.end();
  header.end();
  return header.bytes() + data;
}

struct Chunk {
  std::int64_t offset = 0;
  std::int64_t size = 0;
};

std::string footer_of(const std::vector<Column>& columns, const std::vector<Chunk>& chunks,
                      std::int64_t rows) {
  CompactWriter out;
  out.begin();
  out.i32(1, 2);  // version of the format
  out.list(2, CompactWriter::kStruct, columns.size() + 1);
  out.begin();
  out.text(4, "table");
  out.i32(5, static_cast<std::int32_t>(columns.size()));
  out.end();
  for (const Column& column : columns) {
    out.begin();
    out.i32(1, physical_type(column));
    out.i32(3, kOptional);
    out.text(4, column.name);
    if (physical_type(column) == kByteArray) out.i32(6, kUtf8);
    out.end();
  }
  out.i64(3, rows);
  out.list(4, CompactWriter::kStruct, 1);
  out.begin();
  out.list(1, CompactWriter::kStruct, columns.size());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out.begin();
    out.i64(2, chunks[i].offset);
    out.begin(3);
    out.i32(1, physical_type(columns[i]));
    out.list(2, CompactWriter::kI32, 2);
    out.bare_i32(kPlain);
    out.bare_i32(kRle);
    out.list(3, CompactWriter::kBinary, 1);
    out.bare_text(columns[i].name);
    out.i32(4, kUncompressed);
    out.i64(5, rows);
    out.i64(6, chunks[i].size);
    out.i64(7, chunks[i].size);
    out.i64(9, chunks[i].offset);
    out.end();
    out.end();
    total += chunks[i].size;
  }
  out.i64(2, total);
  out.i64(3, rows);
  out.end();
  out.text(6, "longmen");
  out.end();
  return out.bytes();
}

}  // namespace

Result<void> write_parquet(const std::filesystem::path& file, const std::vector<Column>& columns) {
  const std::size_t rows = columns.empty() ? 0 : length_of(columns.front());
  std::string bytes = kMagic;
  std::vector<Chunk> chunks;
  for (const Column& column : columns) {
    if (length_of(column) != rows)
      return fail(ErrorCode::kInvalidArgument, "columns of one table must be of one length",
                  column.name);
    const std::string page = page_of(column);
    chunks.push_back(
        {static_cast<std::int64_t>(bytes.size()), static_cast<std::int64_t>(page.size())});
    bytes += page;
  }
  const std::string footer = footer_of(columns, chunks, static_cast<std::int64_t>(rows));
  bytes += footer;
  put_raw(bytes, static_cast<std::uint32_t>(footer.size()));
  bytes += kMagic;

  const std::filesystem::path part = file.string() + ".part";
  std::ofstream stream(part, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  std::error_code error;
  if (stream) std::filesystem::rename(part, file, error);
  if (!stream || error) return fail(ErrorCode::kIo, "cannot be written", file.string());
  return {};
}

}  // namespace longmen::trial
