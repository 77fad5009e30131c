#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/random.h"
#include "record/byte_io.h"
#include "record/mcap_format.h"

namespace longmen::record::testing {

/// What somebody might do to a file.
struct Mutation {
  std::string kind;
  Bytes bytes;
};
inline constexpr std::size_t kMutationKinds = 9;

/// Where the records of a sound file begin, and its end.
inline std::vector<std::size_t> record_offsets(const Bytes& file) {
  std::vector<std::size_t> offsets;
  ByteReader reader(file);
  reader.raw(kMcapMagic.size());
  while (reader.left() > kMcapMagic.size()) {
    offsets.push_back(reader.position());
    reader.u8();
    reader.raw(reader.u64());
  }
  offsets.push_back(reader.position());
  return offsets;
}

/// Changes, removes, adds, doubles, moves, swaps or cuts: bytes, stretches or whole records.
inline Mutation mutate(const Bytes& sound, Random& random) {
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(random.uniform() * static_cast<double>(n));
  };
  const auto at = [](Bytes& bytes, std::size_t i) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(i);
  };
  const auto some_byte = [&] { return static_cast<std::uint8_t>(below(256)); };
  Bytes bytes = sound;
  const std::size_t place = below(sound.size());
  const std::size_t length = 1 + below(std::min<std::size_t>(sound.size() - place, 4000));
  const std::vector<std::size_t> offsets = record_offsets(sound);
  const std::size_t record = below(offsets.size() - 1);
  const std::size_t begin = offsets[record], end = offsets[record + 1];
  const Bytes whole(at(bytes, begin), at(bytes, end));
  switch (below(kMutationKinds)) {
    case 0:
      bytes[place] = some_byte();
      return {"byte changed", std::move(bytes)};
    case 1:
      for (std::size_t i = 0; i < length; ++i) bytes[place + i] = some_byte();
      return {"stretch overwritten", std::move(bytes)};
    case 2:
      bytes.erase(at(bytes, place), at(bytes, place + length));
      return {"stretch removed", std::move(bytes)};
    case 3: {
      Bytes added(length);
      for (std::uint8_t& byte : added) byte = some_byte();
      bytes.insert(at(bytes, place), added.begin(), added.end());
      return {"stretch added", std::move(bytes)};
    }
    case 4:
      bytes.resize(place);
      return {"cut", std::move(bytes)};
    case 5:
      bytes.erase(at(bytes, begin), at(bytes, end));
      return {"record removed", std::move(bytes)};
    case 6:
      bytes.insert(at(bytes, begin), whole.begin(), whole.end());
      return {"record doubled", std::move(bytes)};
    case 7: {
      bytes.erase(at(bytes, begin), at(bytes, end));
      const std::size_t to = offsets[below(record + 1)];
      bytes.insert(at(bytes, to), whole.begin(), whole.end());
      return {"record moved", std::move(bytes)};
    }
    default: {
      const std::size_t other = below(sound.size());
      for (std::size_t i = 0; i < length && std::max(place, other) + i < sound.size(); ++i)
        std::swap(bytes[place + i], bytes[other + i]);
      return {"stretches swapped", std::move(bytes)};
    }
  }
}

}  // namespace longmen::record::testing
