#include "record/mcap_reader.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "record/mcap_summary.h"

namespace longmen::record {
namespace {

// Content of a chunk up to its compressed records: times, size, CRC, "zstd", compressed size.
constexpr std::uint64_t kChunkHeadBytes = 8 + 8 + 8 + 4 + (4 + 4) + 8;
constexpr std::uint64_t kMessageHeadBytes = 2 + 4 + 8 + 8;

struct ChunkPlace {
  std::uint64_t file_offset = 0;  // of the record's opcode
  std::uint64_t start_ns = 0, end_ns = 0;
  std::uint64_t uncompressed_bytes = 0, compressed_bytes = 0;
  std::uint32_t crc = 0;
  std::uint64_t channels = 0;  // bit i: its index names channel i; to look for messages only
};

struct Schema {
  std::string name, encoding;
  Bytes data;
};

}  // namespace

struct McapReader::State {
  std::unique_ptr<ByteSource> source;
  std::string name;
  std::vector<ChunkPlace> chunks;
  std::string end_note;
  bool is_complete = false;
  std::uint64_t data_end_offset = 0;  // of the DataEnd record, when the file is complete
  std::uint64_t summary_offset = 0;
  std::uint64_t whole_until = 0;  // records before this byte are whole

  std::map<std::uint16_t, Schema> schemas;
  struct Channel {
    McapChannel is;
    std::optional<std::uint32_t> last_sequence;
  };
  std::map<std::uint16_t, Channel> channels;
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  Bytes compressed, content;
  std::size_t next_chunk = 0;  // the chunk to load when `content` is used up
  std::size_t position = 0;    // in content
  std::uint64_t from_ns = 0;   // earlier messages are passed over
  std::optional<Error> failure;

  ~State() { ZSTD_freeDCtx(zstd); }

  [[nodiscard]] tl::unexpected<Error> corrupt(std::uint64_t offset, const std::string& what) const {
    return fail(ErrorCode::kCorrupt, fmt::format("at byte {}: {}", offset, what), name);
  }
  [[nodiscard]] tl::unexpected<Error> unreadable(std::uint64_t offset) const {
    return fail(ErrorCode::kIo, fmt::format("at byte {}: the disk gives no data", offset), name);
  }

  Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const {
    Bytes bytes(static_cast<std::size_t>(count));
    if (!source->read(offset, bytes)) return unreadable(offset);
    return bytes;
  }

  // Walks the records of the data section and notes where the chunks are.
  Result<void> scan() {
    const std::uint64_t size = source->size();
    if (size < kMcapMagic.size())
      return fail(ErrorCode::kParse, fmt::format("{} bytes are no record", size), name);
    auto magic = read(0, kMcapMagic.size());
    if (!magic) return tl::make_unexpected(magic.error());
    if (!std::equal(kMcapMagic.begin(), kMcapMagic.end(), magic->begin()))
      return fail(ErrorCode::kParse, "not a record: it does not begin as an MCAP file", name);
    auto has_end = ends_with_magic();
    if (!has_end) return tl::make_unexpected(has_end.error());

    std::uint64_t offset = kMcapMagic.size();
    while (true) {
      if (size - offset < kRecordHeaderBytes) return ends_early(offset, *has_end);
      auto head = read(offset, kRecordHeaderBytes);
      if (!head) return tl::make_unexpected(head.error());
      ByteReader reader(*head);
      const auto opcode = static_cast<Opcode>(reader.u8());
      const std::uint64_t length = reader.u64();
      if (opcode < Opcode::kHeader || opcode > Opcode::kDataEnd)
        return corrupt(offset, fmt::format("no MCAP record has the kind {}", (*head)[0]));
      if (length > kMaxRecordBytes)
        return corrupt(offset,
                       fmt::format("a record of {} bytes; at most {}", length, kMaxRecordBytes));
      if (length > size - offset - kRecordHeaderBytes) return ends_early(offset, *has_end);
      whole_until = offset;
      if (opcode == Opcode::kChunk) {
        if (auto noted = note_chunk(offset, length); !noted) return noted;
      } else if (opcode == Opcode::kMessageIndex && length >= 2 && !chunks.empty()) {
        auto id = read(offset + kRecordHeaderBytes, 2);
        if (!id) return tl::make_unexpected(id.error());
        chunks.back().channels |= 1ull << (ByteReader(*id).u16() % 64);
      } else if (opcode == Opcode::kDataEnd) {
        data_end_offset = offset;
        summary_offset = offset + kRecordHeaderBytes + length;
        return finish_scan(length, *has_end);
      } else if (opcode != Opcode::kHeader && opcode != Opcode::kMessageIndex &&
                 opcode != Opcode::kAttachment && opcode != Opcode::kMetadata) {
        return corrupt(offset, fmt::format("a record of kind {} outside a chunk", (*head)[0]));
      }
      offset += kRecordHeaderBytes + length;
      whole_until = offset;
    }
  }

  Result<bool> ends_with_magic() const {
    const std::uint64_t size = source->size();
    if (size < 2 * kMcapMagic.size()) return false;
    auto tail = read(size - kMcapMagic.size(), kMcapMagic.size());
    if (!tail) return tl::make_unexpected(tail.error());
    return std::equal(kMcapMagic.begin(), kMcapMagic.end(), tail->begin());
  }

  // The last record does not fit into the file: cut, unless the file has its end.
  Result<void> ends_early(std::uint64_t offset, bool has_end) {
    if (has_end) return corrupt(offset, "a record's length does not fit the file");
    end_note = fmt::format(
        "{}: cut at byte {} of {}: the run was killed, the disk was full, or the copy is partial",
        name, offset, source->size());
    return {};
  }

  Result<void> finish_scan(std::uint64_t data_end_length, bool has_end) {
    if (data_end_length != 4) return corrupt(data_end_offset, "the end of data is malformed");
    const std::uint64_t tail_bytes = kRecordHeaderBytes + kFooterBytes + kMcapMagic.size();
    if (!has_end || source->size() - summary_offset < tail_bytes) {
      end_note = fmt::format("{}: all data is here, but the summary after byte {} is cut", name,
                             data_end_offset);
      return {};
    }
    is_complete = true;
    return check_summary();
  }

  // The summary says how many chunks there are: none may have vanished.
  Result<void> check_summary() const {
    const std::uint64_t crc_offset = source->size() - kMcapMagic.size() - 4;
    if (crc_offset - summary_offset > kMaxRecordBytes)
      return corrupt(summary_offset, "the summary is too long");
    auto summary = read(summary_offset, crc_offset + 4 - summary_offset);
    if (!summary) return tl::make_unexpected(summary.error());
    const auto stored = ByteReader(ByteView(*summary).last(4)).u32();
    summary->resize(summary->size() - 4);
    if (const std::uint32_t crc = extend_crc(0, *summary); crc != stored)
      return corrupt(
          summary_offset,
          fmt::format("the summary is altered: its checksum is {:08x}, written was {:08x}", crc,
                      stored));
    std::uint64_t offset = summary_offset;
    while (crc_offset - offset >= kRecordHeaderBytes + 28) {
      const auto head = read(offset, kRecordHeaderBytes + 28);
      if (!head) return tl::make_unexpected(head.error());
      ByteReader reader(*head);
      const auto opcode = static_cast<Opcode>(reader.u8());
      const std::uint64_t length = reader.u64();
      if (opcode == Opcode::kStatistics) {
        reader.raw(8 + 2 + 4 + 4 +
                   4);  // counts of messages, schemas, channels, attachments, metadata
        const std::uint32_t count = reader.u32();
        if (count == chunks.size()) return {};
        return corrupt(offset,
                       fmt::format("{} chunks were written, {} are here", count, chunks.size()));
      }
      if (length > crc_offset - offset - kRecordHeaderBytes) break;
      offset += kRecordHeaderBytes + length;
    }
    return corrupt(summary_offset, "the summary has no statistics");
  }

  Result<void> note_chunk(std::uint64_t offset, std::uint64_t length) {
    if (length < kChunkHeadBytes) return corrupt(offset, "a chunk is too short");
    auto head = read(offset + kRecordHeaderBytes, kChunkHeadBytes);
    if (!head) return tl::make_unexpected(head.error());
    ByteReader reader(*head);
    ChunkPlace place{.file_offset = offset};
    place.start_ns = reader.u64();
    place.end_ns = reader.u64();
    place.uncompressed_bytes = reader.u64();
    place.crc = reader.u32();
    const std::uint32_t name_bytes = reader.u32();
    const ByteView compression = reader.raw(4);
    place.compressed_bytes = reader.u64();
    const std::string_view zstd_name = "zstd";
    if (name_bytes != 4 || !std::equal(zstd_name.begin(), zstd_name.end(), compression.begin()))
      return corrupt(offset, "a chunk's compression is not zstd");
    if (place.uncompressed_bytes > kMaxChunkBytes || place.end_ns < place.start_ns ||
        place.compressed_bytes != length - kChunkHeadBytes)
      return corrupt(offset, "a chunk's sizes or times contradict each other");
    chunks.push_back(place);
    return {};
  }

  Result<void> load(const ChunkPlace& place) {
    compressed.resize(static_cast<std::size_t>(place.compressed_bytes));
    if (!source->read(place.file_offset + kRecordHeaderBytes + kChunkHeadBytes, compressed))
      return unreadable(place.file_offset);
    // The frame says its own size: compare before taking memory for it.
    if (ZSTD_getFrameContentSize(compressed.data(), compressed.size()) != place.uncompressed_bytes)
      return corrupt(place.file_offset, "a chunk is altered: its size is not the one written");
    content.resize(static_cast<std::size_t>(place.uncompressed_bytes));
    const std::size_t got = ZSTD_decompressDCtx(zstd, content.data(), content.size(),
                                                compressed.data(), compressed.size());
    if (ZSTD_isError(got) != 0 || got != content.size())
      return corrupt(place.file_offset, "a chunk is altered: it does not decompress");
    if (const std::uint32_t crc = extend_crc(0, content); crc != place.crc)
      return corrupt(place.file_offset,
                     fmt::format("a chunk is altered: its checksum is {:08x}, written was {:08x}",
                                 crc, place.crc));
    position = 0;
    return {};
  }

  // Takes one record of the loaded chunk; true if it is a message.
  Result<bool> step(McapMessage& message) {
    const ChunkPlace& place = chunks[next_chunk - 1];
    ByteReader reader(ByteView(content).subspan(position));
    const std::uint8_t opcode = reader.u8();
    const ByteView record = reader.raw(reader.u64());
    if (!reader.ok()) return corrupt(place.file_offset, "a chunk's content is malformed");
    position += reader.position();
    switch (static_cast<Opcode>(opcode)) {
      case Opcode::kSchema:
        if (auto taken = take_schema(record, place); !taken)
          return tl::make_unexpected(taken.error());
        return false;
      case Opcode::kChannel:
        if (auto taken = take_channel(record, place); !taken)
          return tl::make_unexpected(taken.error());
        return false;
      case Opcode::kMessage:
        return take_message(record, place, message);
      default:
        return corrupt(place.file_offset, "a chunk holds a record that does not belong there");
    }
  }

  Result<void> take_schema(ByteView record, const ChunkPlace& place) {
    ByteReader reader(record);
    const std::uint16_t id = reader.u16();
    Schema schema{.name = reader.string(), .encoding = reader.string(), .data = {}};
    const ByteView data = reader.bytes32();
    schema.data.assign(data.begin(), data.end());
    if (!reader.ok() || id == 0 || schemas.size() >= kMaxChannels)
      return corrupt(place.file_offset, "a schema is malformed");
    schemas.try_emplace(id, std::move(schema));  // a repeated definition says the same again
    return {};
  }

  Result<void> take_channel(ByteView record, const ChunkPlace& place) {
    ByteReader reader(record);
    McapChannel channel;
    channel.id = reader.u16();
    const auto schema = schemas.find(reader.u16());
    channel.topic = reader.string();
    channel.message_encoding = reader.string();
    reader.bytes32();  // metadata
    if (!reader.ok() || schema == schemas.end() || channels.size() >= kMaxChannels)
      return corrupt(place.file_offset, "a channel is malformed");
    channel.schema_name = schema->second.name;
    channel.schema_encoding = schema->second.encoding;
    channel.schema_data = schema->second.data;
    const std::uint16_t id = channel.id;
    channels.try_emplace(id, Channel{std::move(channel), std::nullopt});
    return {};
  }

  Result<bool> take_message(ByteView record, const ChunkPlace& place, McapMessage& message) {
    if (record.size() < kMessageHeadBytes)
      return corrupt(place.file_offset, "a message is too short");
    ByteReader reader(record);
    const auto channel = channels.find(reader.u16());
    message.sequence = reader.u32();
    message.log_time_ns = reader.u64();
    reader.u64();  // publish time
    if (message.log_time_ns < place.start_ns || message.log_time_ns > place.end_ns)
      return corrupt(place.file_offset, "a chunk's times are not those of its messages");
    if (channel == channels.end())
      return corrupt(place.file_offset, "a message belongs to no channel");
    // The writer numbers the messages of a channel: a lost or doubled chunk shows here.
    std::optional<std::uint32_t>& last = channel->second.last_sequence;
    if (last && message.sequence != *last + 1)
      return corrupt(place.file_offset,
                     fmt::format("message {} of {} comes after message {}", message.sequence,
                                 channel->second.is.topic, *last));
    last = message.sequence;
    message.channel = &channel->second.is;
    message.data = reader.raw(reader.left());
    return true;
  }

  Result<bool> next(McapMessage& message) {
    while (true) {
      while (position == content.size()) {
        // The first chunk has the definitions; the others may be passed over.
        while (next_chunk > 0 && next_chunk < chunks.size() &&
               chunks[next_chunk].end_ns < from_ns) {
          forget_sequences();
          ++next_chunk;
        }
        if (next_chunk == chunks.size()) return false;
        if (auto loaded = load(chunks[next_chunk]); !loaded)
          return tl::make_unexpected(loaded.error());
        ++next_chunk;
      }
      const auto is_message = step(message);
      if (!is_message) return is_message;
      if (*is_message && message.log_time_ns >= from_ns) return true;
    }
  }

  Result<bool> last(std::string_view topic, std::uint64_t until_ns, McapMessage& out) {
    std::uint64_t mask = 0;
    for (const auto& [id, channel] : channels)
      if (channel.is.topic == topic) mask |= 1ull << (id % 64);
    for (std::size_t i = chunks.size(); i-- > 0;) {
      if (chunks[i].start_ns > until_ns || (chunks[i].channels & mask) == 0) continue;
      forget_sequences();
      if (auto loaded = load(chunks[i]); !loaded) return tl::make_unexpected(loaded.error());
      next_chunk = i + 1;
      bool is_found = false;
      for (McapMessage message; position < content.size();) {
        const auto is_message = step(message);
        if (!is_message) return is_message;
        if (!*is_message || message.channel->topic != topic || message.log_time_ns > until_ns)
          continue;
        out = message;
        is_found = true;
      }
      if (is_found) return true;
    }
    return false;
  }

  void forget_sequences() {
    for (auto& [id, channel] : channels) channel.last_sequence.reset();
  }

  void rewind(std::uint64_t log_time_ns) {
    forget_sequences();
    from_ns = log_time_ns;
    next_chunk = 0;
    position = 0;
    content.clear();
    failure.reset();
  }

  // ---- checking every byte

  struct Checked {
    McapSummary summary;
    std::uint32_t crc = 0;
    std::size_t chunk = 0;
    Bytes record;
  };

  Result<void> walk(McapVisitor* visitor) {
    rewind(0);
    Checked checked;
    if (auto shown = show(0, kMcapMagic.size(), checked, visitor); !shown) return shown;
    std::uint64_t offset = kMcapMagic.size();
    while (offset < whole_until) {
      auto head = read(offset, kRecordHeaderBytes);
      if (!head) return tl::make_unexpected(head.error());
      ByteReader reader(*head);
      const auto opcode = static_cast<Opcode>(reader.u8());
      const std::uint64_t length = kRecordHeaderBytes + reader.u64();
      if (length > kMaxRecordBytes + kRecordHeaderBytes || length > source->size() - offset)
        return corrupt(offset, "the file changed while it was read");
      auto taken = check_record(opcode, offset, length, checked, visitor);
      if (!taken) return taken;
      offset += length;
    }
    if (!is_complete) return {};
    if (next_chunk != chunks.size()) return corrupt(offset, "the file changed while it was read");
    return check_end(checked);
  }

  Result<void> check_record(Opcode opcode, std::uint64_t offset, std::uint64_t length,
                            Checked& checked, McapVisitor* visitor) {
    if (opcode == Opcode::kChunk) {
      if (auto taken = check_chunk(checked, visitor); !taken) return taken;
    }
    auto bytes = read(offset, length);
    if (!bytes) return tl::make_unexpected(bytes.error());
    ByteReader reader(*bytes);
    reader.raw(kRecordHeaderBytes);
    if (opcode == Opcode::kMessageIndex) {
      if (checked.summary.chunks.empty()) return corrupt(offset, "an index before any chunk");
      McapSummary::Chunk& chunk = checked.summary.chunks.back();
      chunk.message_index_offsets.emplace_back(reader.u16(), offset);
      chunk.message_index_bytes += length;
    } else if (opcode == Opcode::kMetadata) {
      if (auto taken = check_metadata(offset, length, reader, checked, visitor); !taken)
        return taken;
    } else if (opcode == Opcode::kAttachment) {
      return corrupt(offset, "an attachment; records have none");
    }
    checked.crc = extend_crc(checked.crc, *bytes);
    if (visitor != nullptr) visitor->on_bytes(*bytes);
    return {};
  }

  Result<void> show(std::uint64_t offset, std::uint64_t count, Checked& checked,
                    McapVisitor* visitor) {
    auto bytes = read(offset, count);
    if (!bytes) return tl::make_unexpected(bytes.error());
    checked.crc = extend_crc(checked.crc, *bytes);
    if (visitor != nullptr) visitor->on_bytes(*bytes);
    return {};
  }

  Result<void> check_chunk(Checked& checked, McapVisitor* visitor) {
    if (next_chunk >= chunks.size()) return corrupt(0, "the file changed while it was read");
    const ChunkPlace& place = chunks[next_chunk];
    if (auto loaded = load(place); !loaded) return loaded;
    ++next_chunk;
    checked.summary.chunks.push_back(
        {.start_ns = place.start_ns,
         .end_ns = place.end_ns,
         .file_offset = place.file_offset,
         .record_bytes = kRecordHeaderBytes + kChunkHeadBytes + place.compressed_bytes,
         .message_index_offsets = {},
         .compressed_bytes = place.compressed_bytes,
         .uncompressed_bytes = place.uncompressed_bytes});
    McapMessage message;
    while (position < content.size()) {
      const std::size_t start = position;
      const auto is_message = step(message);
      if (!is_message) return tl::make_unexpected(is_message.error());
      const ByteView record = ByteView(content).subspan(start, position - start);
      if (*is_message)
        checked.summary.add_message(message.channel->id, message.log_time_ns);
      else
        checked.summary.add_definition(static_cast<Opcode>(record[0]), record);
      if (visitor == nullptr) continue;
      if (auto taken = visitor->on_record(record, *is_message ? &message : nullptr); !taken)
        return taken;
    }
    return {};
  }

  Result<void> check_metadata(std::uint64_t offset, std::uint64_t length, ByteReader& reader,
                              Checked& checked, McapVisitor* visitor) {
    const std::string title = reader.string();
    ByteReader map(reader.bytes32());
    McapValues values;
    while (map.ok() && map.left() > 0) {
      std::string key = map.string();
      values.emplace_back(std::move(key), map.string());
    }
    if (!reader.ok() || !map.ok() || reader.left() != 0)
      return corrupt(offset, "a metadata record is malformed");
    checked.summary.metadata.push_back({offset, length, title});
    return visitor == nullptr ? Result<void>{} : visitor->on_metadata(offset, title, values);
  }

  // All that follows the data is known from the data.
  Result<void> check_end(const Checked& checked) const {
    Bytes expected;
    {
      McapRecordScope scope(expected, Opcode::kDataEnd);
      ByteWriter(expected).u32(checked.crc);
    }
    const Bytes summary = checked.summary.bytes(summary_offset);
    expected.insert(expected.end(), summary.begin(), summary.end());
    const std::uint64_t size = source->size();
    if (size - data_end_offset != expected.size())
      return corrupt(data_end_offset,
                     fmt::format("the end of the file has {} bytes; its data asks for {}",
                                 size - data_end_offset, expected.size()));
    const auto found = read(data_end_offset, expected.size());
    if (!found) return tl::make_unexpected(found.error());
    const auto [at, other] = std::mismatch(expected.begin(), expected.end(), found->begin());
    if (at == expected.end()) return {};
    return corrupt(data_end_offset + static_cast<std::uint64_t>(at - expected.begin()),
                   "the end of the file is altered: it is not what the data before it asks for");
  }
};

McapReader::McapReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
McapReader::McapReader(McapReader&&) noexcept = default;
McapReader& McapReader::operator=(McapReader&&) noexcept = default;
McapReader::~McapReader() = default;

Result<McapReader> McapReader::open(const std::filesystem::path& file) {
  auto source = open_file(file);
  if (!source) return tl::make_unexpected(source.error());
  return open(std::move(*source), file.string());
}

Result<McapReader> McapReader::open(std::unique_ptr<ByteSource> source, std::string name) {
  auto state = std::make_unique<State>();
  state->source = std::move(source);
  state->name = std::move(name);
  if (state->zstd == nullptr) return fail(ErrorCode::kInternal, "no memory for zstd", state->name);
  if (auto scanned = state->scan(); !scanned) return tl::make_unexpected(scanned.error());
  return McapReader(std::move(state));
}

Result<bool> McapReader::next(McapMessage& message) {
  if (state_->failure) return tl::make_unexpected(*state_->failure);
  auto found = state_->next(message);
  if (!found) state_->failure = found.error();
  return found;
}

Result<bool> McapReader::last(std::string_view topic, std::uint64_t log_time_ns,
                              McapMessage& message) {
  auto found = state_->last(topic, log_time_ns, message);
  state_->forget_sequences();
  state_->from_ns = 0;
  state_->next_chunk = 0;
  state_->position = state_->content.size();  // the content stays for `message`
  return found;
}

void McapReader::seek(std::uint64_t log_time_ns) { state_->rewind(log_time_ns); }

Result<void> McapReader::verify() {
  State& s = *state_;
  if (!s.is_complete) return fail(ErrorCode::kCorrupt, s.end_note);
  auto checked = s.walk(nullptr);
  s.rewind(0);
  return checked;
}

Result<void> McapReader::walk(McapVisitor& visitor) {
  auto checked = state_->walk(&visitor);
  state_->rewind(0);
  return checked;
}

bool McapReader::is_complete() const { return state_->is_complete; }
const std::string& McapReader::end_note() const { return state_->end_note; }
std::size_t McapReader::chunk_count() const { return state_->chunks.size(); }
const std::string& McapReader::name() const { return state_->name; }

}  // namespace longmen::record
