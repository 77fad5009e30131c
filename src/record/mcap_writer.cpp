#include "record/mcap_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <utility>

#include "record/mcap_summary.h"

namespace longmen::record {
namespace {

struct IndexEntry {
  std::uint64_t log_time_ns;
  std::uint64_t offset;  // in the chunk's uncompressed content
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

  McapObserver* observer = nullptr;
  McapSummary summary;
  std::uint16_t schema_count = 0;
  struct Channel {
    std::uint32_t sequence = 0;
    std::vector<IndexEntry> index;  // of the chunk in progress
  };
  std::vector<Channel> channels;  // channel id is position + 1
  Bytes chunk;                    // uncompressed content in progress
  Bytes out;                      // the records about to be written
  ZSTD_CCtx* zstd = nullptr;
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
    if (observer != nullptr) observer->on_bytes(bytes);
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
    McapSummary::Chunk index;
    index.start_ns = std::min(chunk_start_ns, chunk_end_ns);  // no message: both zero
    index.end_ns = chunk_end_ns;
    index.file_offset = file_bytes;
    index.uncompressed_bytes = chunk.size();
    {
      McapRecordScope scope(out, Opcode::kChunk);
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
      index.compressed_bytes = ZSTD_isError(compressed) != 0 ? 0 : compressed;
      std::memcpy(out.data() + content - 8, &index.compressed_bytes, 8);
      out.resize(content + index.compressed_bytes);
    }
    index.record_bytes = out.size();
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i].index.empty()) continue;
      const auto id = static_cast<std::uint16_t>(i + 1);
      index.message_index_offsets.emplace_back(id, file_bytes + out.size());
      McapRecordScope scope(out, Opcode::kMessageIndex);
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
    summary.chunks.push_back(std::move(index));
  }

  Result<void> flush() {
    if (failure) return tl::make_unexpected(*failure);
    if (chunk.empty()) return {};
    write_chunk_record();
    chunk.clear();
    chunk_start_ns = std::numeric_limits<std::uint64_t>::max();
    chunk_end_ns = 0;
    auto written = put(out);
    if (!written) summary.chunks.pop_back();
    return written;
  }

  // A record that has just been put at the end of the chunk in progress.
  void announce(std::size_t start) {
    if (observer != nullptr) observer->on_record(ByteView(chunk).subspan(start));
  }

  void add_definition(Opcode opcode, const auto& fill) {
    const std::size_t start = chunk.size();
    {
      McapRecordScope scope(chunk, opcode);
      fill(ByteWriter(chunk));
    }
    summary.add_definition(opcode, ByteView(chunk).subspan(start));
    announce(start);
  }
};

McapWriter::McapWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
McapWriter::McapWriter(McapWriter&&) noexcept = default;
McapWriter& McapWriter::operator=(McapWriter&&) noexcept = default;
McapWriter::~McapWriter() = default;

Result<McapWriter> McapWriter::create(const std::filesystem::path& file,
                                      const McapWriterConfig& config, McapObserver* observer) {
  auto state = std::make_unique<State>();
  state->observer = observer;
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
    McapRecordScope scope(start, Opcode::kHeader);
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
  s.add_definition(Opcode::kSchema, [&](ByteWriter writer) {
    writer.u16(id);
    writer.string(name);
    writer.string(encoding);
    writer.bytes32(data);
  });
  return id;
}

std::uint16_t McapWriter::add_channel(std::uint16_t schema_id, const std::string& topic,
                                      const std::string& message_encoding) {
  State& s = *state_;
  s.channels.emplace_back();
  const auto id = static_cast<std::uint16_t>(s.channels.size());
  s.add_definition(Opcode::kChannel, [&](ByteWriter writer) {
    writer.u16(id);
    writer.u16(schema_id);
    writer.string(topic);
    writer.string(message_encoding);
    writer.u32(0);  // no metadata
  });
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
  const std::size_t start = s.chunk.size();
  channel.index.push_back({log_time_ns, start});

  ByteWriter writer(s.chunk);
  writer.u8(static_cast<std::uint8_t>(Opcode::kMessage));
  writer.u64(22 + message.size());
  writer.u16(channel_id);
  writer.u32(channel.sequence++);
  writer.u64(log_time_ns);
  writer.u64(log_time_ns);  // publish time: the loop knows only one
  writer.raw(message);

  s.summary.add_message(channel_id, log_time_ns);
  s.announce(start);
  s.chunk_start_ns = std::min(s.chunk_start_ns, log_time_ns);
  s.chunk_end_ns = std::max(s.chunk_end_ns, log_time_ns);
  if (s.chunk.size() >= s.config.chunk_bytes) return s.flush();
  return {};
}

Result<void> McapWriter::flush() { return state_->flush(); }

Result<void> McapWriter::write_metadata(const std::string& name, const McapValues& values) {
  State& s = *state_;
  if (s.failure) return tl::make_unexpected(*s.failure);
  if (!s.chunk.empty())
    return fail(ErrorCode::kInternal, "metadata in the middle of a chunk", s.name);
  s.out.clear();
  {
    McapRecordScope scope(s.out, Opcode::kMetadata);
    Bytes map;
    ByteWriter map_writer(map);
    for (const auto& [key, value] : values) {
      map_writer.string(key);
      map_writer.string(value);
    }
    ByteWriter writer(s.out);
    writer.string(name);
    writer.bytes32(map);
  }
  const McapSummary::Metadata entry{s.file_bytes, s.out.size(), name};
  auto written = s.put(s.out);
  if (written) s.summary.metadata.push_back(entry);
  return written;
}

Result<void> McapWriter::close() {
  State& s = *state_;
  if (s.is_closed) return {};
  if (auto flushed = s.flush(); !flushed) return flushed;
  s.out.clear();
  {
    McapRecordScope scope(s.out, Opcode::kDataEnd);
    ByteWriter(s.out).u32(s.data_crc);
  }
  if (auto written = s.put(s.out); !written) return written;
  if (auto written = s.put(s.summary.bytes(s.file_bytes)); !written) return written;
  s.is_closed = true;
  return {};
}

std::uint64_t McapWriter::bytes_written() const { return state_->file_bytes; }
std::uint64_t McapWriter::messages_written() const { return state_->summary.message_count(); }

std::size_t McapWriter::chunks_written() const { return state_->summary.chunks.size(); }

}  // namespace longmen::record
