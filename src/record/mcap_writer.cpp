#include "record/mcap_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <utility>

#include "record/mcap_format.h"

namespace longmen::record {
namespace {

std::uint32_t extend_crc(std::uint32_t crc, ByteView bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc, bytes.data(), bytes.size()));
}

struct IndexEntry {
  std::uint64_t log_time_ns;
  std::uint64_t offset;  // in the chunk's uncompressed content
};

struct ChunkIndex {
  std::uint64_t start_ns = 0, end_ns = 0;
  std::uint64_t file_offset = 0, record_bytes = 0;
  std::vector<std::pair<std::uint16_t, std::uint64_t>> message_index_offsets;
  std::uint64_t message_index_bytes = 0;
  std::uint64_t compressed_bytes = 0, uncompressed_bytes = 0;
};

// Patches the 8-byte length once a record's content is known.
class RecordScope {
 public:
  RecordScope(Bytes& out, Opcode opcode) : out_(out), start_(out.size()) {
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(opcode));
    writer.u64(0);
  }
  ~RecordScope() {
    const std::uint64_t length = out_.size() - start_ - kRecordHeaderBytes;
    std::memcpy(out_.data() + start_ + 1, &length, sizeof length);
  }
  RecordScope(const RecordScope&) = delete;
  RecordScope& operator=(const RecordScope&) = delete;

 private:
  Bytes& out_;
  std::size_t start_;
};

}  // namespace

struct McapWriter::State {
  McapWriterConfig config;
  std::string name;
  int fd = -1;
  bool is_closed = false;
  std::optional<Error> failure;
  std::uint64_t file_bytes = 0;
  std::uint32_t data_crc = 0;

  Bytes definitions;  // every schema and channel record, for the summary
  std::uint16_t schema_count = 0;
  struct Channel {
    std::uint32_t sequence = 0;
    std::uint64_t messages = 0;
    std::vector<IndexEntry> index;  // of the chunk in progress
  };
  std::vector<Channel> channels;  // channel id is position + 1
  std::uint64_t message_count = 0;
  std::uint64_t start_ns = std::numeric_limits<std::uint64_t>::max(), end_ns = 0;

  Bytes chunk;  // uncompressed content in progress
  Bytes out;    // the records about to be written
  ZSTD_CCtx* zstd = nullptr;
  std::vector<ChunkIndex> chunks;
  std::uint64_t chunk_start_ns = std::numeric_limits<std::uint64_t>::max(), chunk_end_ns = 0;

  ~State() {
    ZSTD_freeCCtx(zstd);
    if (fd >= 0) ::close(fd);
  }

  Result<void> put(ByteView bytes) {
    if (failure) return tl::make_unexpected(*failure);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
      if (count > 0) {
        done += static_cast<std::size_t>(count);
      } else if (count < 0 && errno == EINTR) {
        continue;
      } else {
        return give_up(errno);
      }
    }
    data_crc = extend_crc(data_crc, bytes);
    file_bytes += bytes.size();
    return {};
  }

  // Cuts the half-written piece off, so that the file ends with a whole record.
  Result<void> give_up(int error) {
    std::string message =
        fmt::format("cannot write after {} bytes: {}", file_bytes, std::strerror(error));
    if (::ftruncate(fd, static_cast<off_t>(file_bytes)) != 0) message += "; its last chunk is cut";
    failure = Error{ErrorCode::kIo, std::move(message), name};
    return tl::make_unexpected(*failure);
  }

  void write_chunk_record() {
    const std::size_t bound = ZSTD_compressBound(chunk.size());
    out.clear();
    ChunkIndex index;
    index.start_ns = std::min(chunk_start_ns, chunk_end_ns);  // no message: both zero
    index.end_ns = chunk_end_ns;
    index.file_offset = file_bytes;
    index.uncompressed_bytes = chunk.size();
    {
      RecordScope scope(out, Opcode::kChunk);
      ByteWriter writer(out);
      writer.u64(index.start_ns);
      writer.u64(index.end_ns);
      writer.u64(chunk.size());
      writer.u32(extend_crc(0, chunk));
      writer.string("zstd");
      writer.u64(0);  // patched below
      const std::size_t content = out.size();
      out.resize(content + bound);
      const std::size_t compressed = ZSTD_compressCCtx(
          zstd, out.data() + content, bound, chunk.data(), chunk.size(), config.zstd_level);
      // Cannot fail: the output has the size that zstd asks for and the context was made in
      // create().
      index.compressed_bytes = ZSTD_isError(compressed) ? 0 : compressed;
      std::memcpy(out.data() + content - 8, &index.compressed_bytes, 8);
      out.resize(content + index.compressed_bytes);
    }
    index.record_bytes = out.size();
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i].index.empty()) continue;
      const auto id = static_cast<std::uint16_t>(i + 1);
      index.message_index_offsets.emplace_back(id, file_bytes + out.size());
      RecordScope scope(out, Opcode::kMessageIndex);
      ByteWriter writer(out);
      writer.u16(id);
      writer.u32(static_cast<std::uint32_t>(16 * channels[i].index.size()));
      for (const IndexEntry& entry : channels[i].index) {
        writer.u64(entry.log_time_ns);
        writer.u64(entry.offset);
      }
      channels[i].index.clear();
    }
    index.message_index_bytes = out.size() - index.record_bytes;
    chunks.push_back(std::move(index));
  }

  Result<void> flush() {
    if (failure) return tl::make_unexpected(*failure);
    if (chunk.empty()) return {};
    write_chunk_record();
    chunk.clear();
    chunk_start_ns = std::numeric_limits<std::uint64_t>::max();
    chunk_end_ns = 0;
    auto written = put(out);
    if (!written) chunks.pop_back();
    return written;
  }

  void append_summary() {
    struct Group {
      Opcode opcode;
      std::uint64_t start, length;
    };
    std::vector<Group> groups;
    const std::uint64_t base = file_bytes;
    const auto group = [&](Opcode opcode, auto&& fill) {
      const std::uint64_t start = base + out.size();
      fill();
      if (const std::uint64_t length = base + out.size() - start; length > 0)
        groups.push_back({opcode, start, length});
    };
    group(Opcode::kSchema, [&] { append_definitions(Opcode::kSchema); });
    group(Opcode::kChannel, [&] { append_definitions(Opcode::kChannel); });
    group(Opcode::kStatistics, [&] { append_statistics(); });
    group(Opcode::kChunkIndex, [&] { append_chunk_indexes(); });
    const std::uint64_t offsets_start = base + out.size();
    for (const Group& g : groups) {
      RecordScope scope(out, Opcode::kSummaryOffset);
      ByteWriter writer(out);
      writer.u8(static_cast<std::uint8_t>(g.opcode));
      writer.u64(g.start);
      writer.u64(g.length);
    }
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(Opcode::kFooter));
    writer.u64(kFooterBytes);
    writer.u64(base);
    writer.u64(offsets_start);
    writer.u32(extend_crc(0, out));
    writer.raw(kMcapMagic);
  }

  void append_definitions(Opcode opcode) {
    ByteReader reader(definitions);
    while (reader.left() > 0) {
      const std::size_t start = reader.position();
      const std::uint8_t found = reader.u8();
      reader.raw(reader.u64());
      if (found == static_cast<std::uint8_t>(opcode))
        ByteWriter(out).raw(ByteView(definitions).subspan(start, reader.position() - start));
    }
  }

  void append_statistics() {
    RecordScope scope(out, Opcode::kStatistics);
    ByteWriter writer(out);
    writer.u64(message_count);
    writer.u16(schema_count);
    writer.u32(static_cast<std::uint32_t>(channels.size()));
    writer.u32(0);  // attachments
    writer.u32(0);  // metadata records
    writer.u32(static_cast<std::uint32_t>(chunks.size()));
    writer.u64(message_count == 0 ? 0 : start_ns);
    writer.u64(end_ns);
    writer.u32(static_cast<std::uint32_t>(10 * channels.size()));
    for (std::size_t i = 0; i < channels.size(); ++i) {
      writer.u16(static_cast<std::uint16_t>(i + 1));
      writer.u64(channels[i].messages);
    }
  }

  void append_chunk_indexes() {
    for (const ChunkIndex& index : chunks) {
      RecordScope scope(out, Opcode::kChunkIndex);
      ByteWriter writer(out);
      writer.u64(index.start_ns);
      writer.u64(index.end_ns);
      writer.u64(index.file_offset);
      writer.u64(index.record_bytes);
      writer.u32(static_cast<std::uint32_t>(10 * index.message_index_offsets.size()));
      for (const auto& [id, offset] : index.message_index_offsets) {
        writer.u16(id);
        writer.u64(offset);
      }
      writer.u64(index.message_index_bytes);
      writer.string("zstd");
      writer.u64(index.compressed_bytes);
      writer.u64(index.uncompressed_bytes);
    }
  }
};

McapWriter::McapWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
McapWriter::McapWriter(McapWriter&&) noexcept = default;
McapWriter& McapWriter::operator=(McapWriter&&) noexcept = default;
McapWriter::~McapWriter() = default;

Result<McapWriter> McapWriter::create(const std::filesystem::path& file,
                                      const McapWriterConfig& config) {
  auto state = std::make_unique<State>();
  state->config = config;
  state->name = file.string();
  state->fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (state->fd < 0)
    return fail(ErrorCode::kIo, fmt::format("cannot create the record: {}", std::strerror(errno)),
                state->name);
  state->zstd = ZSTD_createCCtx();
  if (state->zstd == nullptr) return fail(ErrorCode::kInternal, "no memory for zstd", state->name);
  state->chunk.reserve(config.chunk_bytes + (config.chunk_bytes >> 2));
  state->out.reserve(2 * config.chunk_bytes);

  Bytes start(kMcapMagic.begin(), kMcapMagic.end());
  {
    RecordScope scope(start, Opcode::kHeader);
    ByteWriter writer(start);
    writer.string("longmen");  // profile
    writer.string(config.library);
  }
  if (auto written = state->put(start); !written) return tl::make_unexpected(written.error());
  return McapWriter(std::move(state));
}

std::uint16_t McapWriter::add_schema(const std::string& name, const std::string& encoding,
                                     ByteView data) {
  State& s = *state_;
  const std::uint16_t id = ++s.schema_count;
  const std::size_t start = s.definitions.size();
  {
    RecordScope scope(s.definitions, Opcode::kSchema);
    ByteWriter writer(s.definitions);
    writer.u16(id);
    writer.string(name);
    writer.string(encoding);
    writer.bytes32(data);
  }
  ByteWriter(s.chunk).raw(ByteView(s.definitions).subspan(start));
  return id;
}

std::uint16_t McapWriter::add_channel(std::uint16_t schema_id, const std::string& topic,
                                      const std::string& message_encoding) {
  State& s = *state_;
  s.channels.emplace_back();
  const auto id = static_cast<std::uint16_t>(s.channels.size());
  const std::size_t start = s.definitions.size();
  {
    RecordScope scope(s.definitions, Opcode::kChannel);
    ByteWriter writer(s.definitions);
    writer.u16(id);
    writer.u16(schema_id);
    writer.string(topic);
    writer.string(message_encoding);
    writer.u32(0);  // no metadata
  }
  ByteWriter(s.chunk).raw(ByteView(s.definitions).subspan(start));
  return id;
}

Result<void> McapWriter::write(std::uint16_t channel_id, std::uint64_t log_time_ns,
                               ByteView message) {
  State& s = *state_;
  if (s.failure) return tl::make_unexpected(*s.failure);
  if (channel_id == 0 || channel_id > s.channels.size())
    return fail(ErrorCode::kInternal, fmt::format("no channel {}", channel_id), s.name);
  if (message.size() > kMaxMessageBytes)
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("a message of {} bytes; at most {}", message.size(), kMaxMessageBytes),
                s.name);
  State::Channel& channel = s.channels[channel_id - 1u];
  channel.index.push_back({log_time_ns, s.chunk.size()});

  ByteWriter writer(s.chunk);
  writer.u8(static_cast<std::uint8_t>(Opcode::kMessage));
  writer.u64(22 + message.size());
  writer.u16(channel_id);
  writer.u32(channel.sequence++);
  writer.u64(log_time_ns);
  writer.u64(log_time_ns);  // publish time: the loop knows only one
  writer.raw(message);

  ++channel.messages;
  ++s.message_count;
  s.start_ns = std::min(s.start_ns, log_time_ns);
  s.end_ns = std::max(s.end_ns, log_time_ns);
  s.chunk_start_ns = std::min(s.chunk_start_ns, log_time_ns);
  s.chunk_end_ns = std::max(s.chunk_end_ns, log_time_ns);
  if (s.chunk.size() >= s.config.chunk_bytes) return s.flush();
  return {};
}

Result<void> McapWriter::flush() { return state_->flush(); }

Result<void> McapWriter::close() {
  State& s = *state_;
  if (s.is_closed) return {};
  if (auto flushed = s.flush(); !flushed) return flushed;
  s.out.clear();
  {
    RecordScope scope(s.out, Opcode::kDataEnd);
    ByteWriter(s.out).u32(s.data_crc);
  }
  if (auto written = s.put(s.out); !written) return written;
  s.out.clear();
  s.append_summary();
  if (auto written = s.put(s.out); !written) return written;
  s.is_closed = true;
  return {};
}

std::uint64_t McapWriter::bytes_written() const { return state_->file_bytes; }
std::uint64_t McapWriter::messages_written() const { return state_->message_count; }

}  // namespace longmen::record
