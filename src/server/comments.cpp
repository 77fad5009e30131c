#include "server/comments.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "core/digest.h"

namespace longmen::server {

using nlohmann::json;

namespace {

std::string text_of(const json& line) {
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string time_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

Result<Comments> Comments::open(const std::filesystem::path& file) {
  Comments comments;
  std::ifstream before(file, std::ios::binary);
  std::string line;
  for (int number = 1; std::getline(before, line); ++number)
    if (!comments.take(json::parse(line, nullptr, false)))
      return fail(ErrorCode::kCorrupt, "is no line of comments",
                  fmt::format("{}:{}", file.string(), number));
  comments.file_.open(file, std::ios::app | std::ios::binary);
  if (!comments.file_) return fail(ErrorCode::kIo, "cannot be appended to", file.string());
  return comments;
}

bool Comments::take(const json& line) {
  try {
    const auto named = [&](const char* key) -> Comment& {
      return comments_.at(line.at(key).get<std::size_t>() - 1);
    };
    if (line.contains("moderated")) {
      named("moderated").shown = line.at("shown").get<bool>();
    } else if (line.contains("voted")) {
      named("voted").votes[line.at("member").get<std::string>()] = {
          line.at("for").get<bool>(), line.at("time_us").get<std::int64_t>()};
    } else if (line.contains("answered")) {
      named("answered").answer = {{"time", line.at("time").get<std::string>()},
                                  {"accepted", line.at("accepted").get<bool>()},
                                  {"why", line.at("why").get<std::string>()}};
    } else {
      Comment comment{line.at("time").get<std::string>(),
                      line.at("about").get<std::string>(),
                      line.at("name").get<std::string>(),
                      line.at("text").get<std::string>(),
                      false,
                      line.value("reason", ""),
                      "",
                      {},
                      {}};
      if (line.contains("reason")) comment.mark = sha256(text_of(line)).hex().substr(0, 32);
      comments_.push_back(std::move(comment));
    }
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

Result<void> Comments::write(const json& line) {
  file_ << text_of(line) << '\n' << std::flush;
  if (!file_) return fail(ErrorCode::kIo, "the comment could not be written");
  take(line);
  return {};
}

Result<int> Comments::write_new(json line) {
  if (comments_.size() >= kCommentsMax)
    return fail(ErrorCode::kInvalidArgument, "the book of comments is full");
  line["time"] = time_now();
  if (auto written = write(line); !written) return tl::make_unexpected(written.error());
  return static_cast<int>(comments_.size());
}

Result<int> Comments::add(const std::string& about, const std::string& name,
                          const std::string& text) {
  return write_new({{"about", about}, {"name", name}, {"text", text}});
}

Result<int> Comments::propose(const std::string& rule, const std::string& name,
                              const std::string& text, const std::string& reason) {
  return write_new({{"about", "rule:" + rule}, {"name", name}, {"text", text}, {"reason", reason}});
}

Result<void> Comments::moderate(int id, bool shown) {
  if (id < 1 || static_cast<std::size_t>(id) > comments_.size())
    return fail(ErrorCode::kNotFound, fmt::format("no comment {}", id));
  return write({{"moderated", id}, {"shown", shown}});
}

Result<const Comments::Comment*> Comments::open_proposal(int id) const {
  const bool is_there = id >= 1 && static_cast<std::size_t>(id) <= comments_.size() &&
                        comments_[static_cast<std::size_t>(id) - 1].is_proposal();
  if (!is_there) return fail(ErrorCode::kNotFound, fmt::format("no proposal {}", id));
  const Comment& proposal = comments_[static_cast<std::size_t>(id) - 1];
  if (!proposal.answer.is_null())
    return fail(ErrorCode::kInvalidArgument, fmt::format("proposal {} is answered", id));
  return &proposal;
}

Result<std::string> Comments::mark(int id) const {
  const auto proposal = open_proposal(id);
  if (!proposal) return tl::make_unexpected(proposal.error());
  if (!(*proposal)->shown) return fail(ErrorCode::kNotFound, fmt::format("no proposal {}", id));
  return (*proposal)->mark;
}

Result<void> Comments::vote(int id, const registry::Ballot& ballot) {
  if (const auto open = mark(id); !open) return tl::make_unexpected(open.error());
  const auto& votes = comments_[static_cast<std::size_t>(id) - 1].votes;
  if (const auto last = votes.find(ballot.member);
      last != votes.end() && ballot.time_us <= last->second.time_us)
    return fail(ErrorCode::kInvalidArgument, "a ballot that is not newer than the one that counts");
  return write({{"voted", id},
                {"member", ballot.member},
                {"for", ballot.is_for},
                {"time_us", ballot.time_us},
                {"signature", ballot.signature}});
}

Result<void> Comments::answer(int id, bool is_accepted, const std::string& why) {
  if (const auto open = open_proposal(id); !open) return tl::make_unexpected(open.error());
  return write({{"answered", id}, {"accepted", is_accepted}, {"why", why}, {"time", time_now()}});
}

json Comments::list(Kind kind, bool all) const {
  json entries = json::array();
  for (std::size_t i = 0; i < comments_.size(); ++i) {
    const Comment& c = comments_[i];
    if (c.is_proposal() != (kind == Kind::kProposal) || !(all || c.shown)) continue;
    json entry = {{"id", i + 1},    {"time", c.time}, {"about", c.about},
                  {"name", c.name}, {"text", c.text}, {"shown", c.shown}};
    if (c.is_proposal()) {
      const auto votes_for = std::count_if(c.votes.begin(), c.votes.end(),
                                           [](const auto& vote) { return vote.second.is_for; });
      entry["reason"] = c.reason;
      entry["mark"] = c.mark;
      entry["for"] = votes_for;
      entry["against"] = static_cast<std::ptrdiff_t>(c.votes.size()) - votes_for;
      entry["answer"] = c.answer;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace longmen::server
