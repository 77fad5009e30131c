#include "record/tile_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "trust/signed_note.h"

namespace longmen::record {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWidth = 256;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kFileBytesMax = kWidth * (TileLog::kEntryBytesMax + 2);

ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

tl::unexpected<Error> io_error(const char* what, const fs::path& file) {
  return fail(ErrorCode::kIo, fmt::format("{}: {}", what, std::strerror(errno)), file.string());
}

class Lock {
 public:
  static Result<Lock> take(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    const int fd = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return io_error("cannot write this machine's log", folder);
    Lock lock(fd);
    while (::flock(fd, LOCK_EX) != 0)
      if (errno != EINTR) return io_error("cannot lock this machine's log", folder);
    return lock;
  }
  Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Lock& operator=(Lock&&) = delete;
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit Lock(int fd) : fd_(fd) {}
  int fd_;
};

/// The old file or the whole new one, also after a loss of power.
Result<void> write_file(const fs::path& file, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  const fs::path part = file.string() + ".part";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return io_error("cannot write", part);
  const bool is_written =
      ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(fd) == 0;
  ::close(fd);
  if (is_written && ::rename(part.c_str(), file.c_str()) == 0) return {};
  auto failed = io_error("cannot write", file);
  ::unlink(part.c_str());
  return failed;
}

Result<std::string> read_file(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > kFileBytesMax)
    return fail(error ? ErrorCode::kNotFound : ErrorCode::kCorrupt,
                error ? "is missing from the log" : "is too long for a file of a log",
                file.string());
  std::ifstream stream(file, std::ios::binary);
  std::string text(size, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || !stream.is_open()) return io_error("cannot read", file);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

/// tile/LEVEL/x001/x234/067, with .p/WIDTH for a tile that is not full.
fs::path tile_path(const fs::path& folder, const std::string& level, std::uint64_t n,
                   std::uint64_t width) {
  std::string name = fmt::format("{:03d}", n % 1000);
  for (n /= 1000; n > 0; n /= 1000) name = fmt::format("x{:03d}/", n % 1000) + name;
  if (width < kWidth) name += fmt::format(".p/{}", width);
  return folder / "tile" / level / name;
}

/// How many hashes the last tile of a level has, in a tree of `size`.
std::uint64_t edge_width(std::uint64_t size, int level) { return (size >> (8 * level)) % kWidth; }
int level_count(std::uint64_t size) {
  int levels = 1;
  while (levels < 7 && (size >> (8 * levels)) > 0) ++levels;
  return levels;
}

std::vector<Digest> to_hashes(std::string_view bytes) {
  std::vector<Digest> hashes(bytes.size() / kHashBytes);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    std::memcpy(hashes[i].bytes.data(), bytes.data() + i * kHashBytes, kHashBytes);
  return hashes;
}

std::string to_bytes(std::span<const Digest> hashes) {
  std::string bytes;
  for (const Digest& hash : hashes)
    bytes.append(reinterpret_cast<const char*>(hash.bytes.data()), kHashBytes);
  return bytes;
}

void put_entry(std::string& bundle, std::string_view entry) {
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xFF);
  bundle += entry;
}

bool take_entries(std::string_view bundle, std::uint64_t count, std::vector<std::string>& entries) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (bundle.size() < 2) return false;
    const std::size_t size = static_cast<std::size_t>(static_cast<std::uint8_t>(bundle[0])) << 8 |
                             static_cast<std::uint8_t>(bundle[1]);
    if (bundle.size() - 2 < size) return false;
    entries.emplace_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  return bundle.empty();
}

Digest root_of(std::span<const Digest> leaves) {
  GrowingTree tree;
  for (const Digest& leaf : leaves) tree.append(leaf);
  return tree.root();
}

/// The last, unfilled tile of every level, and the last bundle of entries: all that appending
/// needs.
struct Edge {
  std::uint64_t size = 0;
  std::vector<std::vector<Digest>> levels{{}};
  std::string bundle;

  static Result<Edge> load(const fs::path& folder, std::uint64_t size) {
    Edge edge;
    edge.size = size;
    edge.levels.assign(static_cast<std::size_t>(level_count(size)), {});
    for (std::size_t level = 0; level < edge.levels.size(); ++level) {
      const std::uint64_t width = edge_width(size, static_cast<int>(level));
      if (width == 0) continue;
      const std::uint64_t n = size >> (8 * (level + 1));
      const fs::path file = tile_path(folder, std::to_string(level), n, width);
      auto bytes = read_file(file);
      if (!bytes) return tl::make_unexpected(bytes.error());
      if (bytes->size() != width * kHashBytes)
        return fail(ErrorCode::kCorrupt, "a tile has not the size that it must have",
                    file.string());
      edge.levels[level] = to_hashes(*bytes);
      if (level > 0) continue;
      auto bundle = read_file(tile_path(folder, "entries", n, width));
      if (!bundle) return tl::make_unexpected(bundle.error());
      edge.bundle = std::move(*bundle);
    }
    return edge;
  }

  [[nodiscard]] Digest root() const {
    // From the largest complete subtree to the smallest, joined from the right.
    std::vector<Digest> subtrees;
    for (std::size_t level = levels.size(); level-- > 0;) {
      std::span<const Digest> rest = levels[level];
      for (std::size_t part = kWidth / 2; part > 0; part /= 2) {
        if ((rest.size() & part) == 0) continue;
        subtrees.push_back(root_of(rest.first(part)));
        rest = rest.subspan(part);
      }
    }
    if (subtrees.empty()) return sha256("");
    Digest hash = subtrees.back();
    for (std::size_t i = subtrees.size() - 1; i-- > 0;) hash = node_hash(subtrees[i], hash);
    return hash;
  }

  Result<void> append(const fs::path& folder, const std::string& entry) {
    put_entry(bundle, entry);
    levels[0].push_back(leaf_hash(view(entry)));
    ++size;
    if (levels[0].size() < kWidth) return {};
    if (auto written =
            write_file(tile_path(folder, "entries", (size - 1) / kWidth, kWidth), bundle);
        !written)
      return written;
    bundle.clear();
    for (std::size_t level = 0; levels[level].size() == kWidth; ++level) {
      const fs::path file =
          tile_path(folder, std::to_string(level), (size >> (8 * (level + 1))) - 1, kWidth);
      if (auto written = write_file(file, to_bytes(levels[level])); !written) return written;
      if (level + 1 == levels.size()) levels.emplace_back();
      levels[level + 1].push_back(root_of(levels[level]));
      levels[level].clear();
    }
    return {};
  }

  Result<void> write(const fs::path& folder) const {
    for (std::size_t level = 0; level < levels.size(); ++level) {
      if (levels[level].empty()) continue;
      const std::uint64_t n = size >> (8 * (level + 1));
      const fs::path file = tile_path(folder, std::to_string(level), n, levels[level].size());
      if (auto written = write_file(file, to_bytes(levels[level])); !written) return written;
      if (level > 0) continue;
      if (auto written = write_file(tile_path(folder, "entries", n, levels[0].size()), bundle);
          !written)
        return written;
    }
    return {};
  }
};

}  // namespace

bool TileLog::exists() const {
  std::error_code error;
  return fs::exists(folder_ / "checkpoint", error);
}

Result<Checkpoint> TileLog::append(const std::vector<std::string>& entries,
                                   const trust::SigningKey& key,
                                   const trust::TrustRoots& roots) const {
  for (const std::string& entry : entries)
    if (entry.size() > kEntryBytesMax)
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("an entry of {} bytes; at most {}", entry.size(), kEntryBytesMax));
  const auto lock = Lock::take(folder_);
  if (!lock) return tl::make_unexpected(lock.error());
  Checkpoint checkpoint{.origin = key.public_key().name(), .size = 0, .root = sha256("")};
  if (exists()) {
    const auto note = read_file(folder_ / "checkpoint");
    if (!note) return tl::make_unexpected(note.error());
    auto trusted = open_checkpoint(*note, roots);
    if (!trusted)
      return fail(trusted.error().code, trusted.error().message, (folder_ / "checkpoint").string());
    checkpoint = std::move(trusted->checkpoint);
  }
  auto edge = Edge::load(folder_, checkpoint.size);
  if (!edge) return tl::make_unexpected(edge.error());
  if (edge->root() != checkpoint.root)
    return fail(ErrorCode::kCorrupt, "this log is not the one that was signed", folder_.string());
  for (const std::string& entry : entries)
    if (auto added = edge->append(folder_, entry); !added)
      return tl::make_unexpected(added.error());
  if (auto written = edge->write(folder_); !written) return tl::make_unexpected(written.error());
  checkpoint.size = edge->size;
  checkpoint.root = edge->root();
  auto note = trust::SignedNote::make(checkpoint.text());
  if (!note) return tl::make_unexpected(note.error());
  note->sign(key);
  if (auto written = write_file(folder_ / "checkpoint", note->bytes()); !written)
    return tl::make_unexpected(written.error());
  return checkpoint;
}

Result<TileLog::Contents> TileLog::read(const trust::TrustRoots& roots) const {
  if (!exists()) return fail(ErrorCode::kNotFound, "there is no log here", folder_.string());
  Contents contents;
  auto note = read_file(folder_ / "checkpoint");
  if (!note) return tl::make_unexpected(note.error());
  auto trusted = open_checkpoint(*note, roots);
  if (!trusted)
    return fail(trusted.error().code, trusted.error().message, (folder_ / "checkpoint").string());
  const std::uint64_t size = trusted->checkpoint.size;
  std::vector<Digest> hashes;  // of the level being held to its tiles, from 0 up
  for (std::uint64_t n = 0; n * kWidth < size; ++n) {
    const std::uint64_t width = std::min(kWidth, size - n * kWidth);
    const fs::path file = tile_path(folder_, "entries", n, width);
    const auto bundle = read_file(file);
    if (!bundle) return tl::make_unexpected(bundle.error());
    if (!take_entries(*bundle, width, contents.entries))
      return fail(ErrorCode::kCorrupt, "a bundle of entries is malformed", file.string());
  }
  for (const std::string& entry : contents.entries) hashes.push_back(leaf_hash(view(entry)));
  if (root_of(hashes) != trusted->checkpoint.root)
    return fail(ErrorCode::kCorrupt, "its entries are not those that were signed",
                folder_.string());
  for (int level = 0; !hashes.empty(); ++level) {
    std::vector<Digest> above;
    for (std::size_t begin = 0; begin < hashes.size(); begin += kWidth) {
      const auto tile =
          std::span(hashes).subspan(begin, std::min<std::size_t>(kWidth, hashes.size() - begin));
      const fs::path file = tile_path(folder_, std::to_string(level), begin / kWidth, tile.size());
      const auto bytes = read_file(file);
      if (!bytes) return tl::make_unexpected(bytes.error());
      if (*bytes != to_bytes(tile))
        return fail(ErrorCode::kCorrupt, "a tile is altered", file.string());
      if (tile.size() == kWidth) above.push_back(root_of(tile));
    }
    hashes = std::move(above);
  }
  contents.trusted = std::move(*trusted);
  contents.note = std::move(*note);
  return contents;
}

Result<void> TileLog::put_note(const std::string& old_note, const std::string& new_note) const {
  const auto lock = Lock::take(folder_);
  if (!lock) return tl::make_unexpected(lock.error());
  const auto present = read_file(folder_ / "checkpoint");
  if (!present) return tl::make_unexpected(present.error());
  if (*present != old_note)
    return fail(ErrorCode::kCorrupt, "the log grew meanwhile; try again", folder_.string());
  return write_file(folder_ / "checkpoint", new_note);
}

std::vector<Digest> growth_proof(const std::vector<std::string>& entries, std::uint64_t old_size) {
  RangeHashes ranges(consistency_ranges(old_size, entries.size()));
  for (const std::string& entry : entries) ranges.append(leaf_hash(view(entry)));
  return ranges.hashes();
}

}  // namespace longmen::record
