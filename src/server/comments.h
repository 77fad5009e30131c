#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "registry/ballot.h"

namespace longmen::server {

/// What people say about an event, a rule or a model, and what they propose. Shown only when a
/// registrar has said so. Appended to a file as lines of JSON; the file is the whole state.
class Comments {
 public:
  /// What is not a comment but proposes to change a rule, votes on that and is answered.
  enum class Kind { kComment, kProposal };
  static constexpr std::size_t kCommentsMax = 10000;

  /// Errors: kIo; kCorrupt for a line that is none of ours.
  static Result<Comments> open(const std::filesystem::path& file);

  /// Its number. Error: kInvalidArgument when the book is full, kIo.
  Result<int> add(const std::string& about, const std::string& name, const std::string& text);
  Result<int> propose(const std::string& rule, const std::string& name, const std::string& text,
                      const std::string& reason);
  /// Error: kNotFound, kIo.
  Result<void> moderate(int id, bool shown);
  /// A member's later vote takes the place of the one before. Errors: kNotFound for what is not a
  /// proposal that is shown; kInvalidArgument when it is answered, and for a vote that was not
  /// signed after the one that counts: somebody brings an old one; kIo.
  Result<void> vote(int id, const registry::Ballot& ballot);
  /// Once and for good. Errors: as of vote(), also when it is hidden.
  Result<void> answer(int id, bool is_accepted, const std::string& why);
  /// What a ballot on it is signed over: a digest of all that it says. Errors: as of vote().
  [[nodiscard]] Result<std::string> mark(int id) const;

  /// [{"id", "time", "about", "name", "text", "shown"}], newest last; all, or the shown ones. Of a
  /// proposal also {"reason", "mark", "for", "against", "answer": null or {"time", "accepted",
  /// "why"}}.
  [[nodiscard]] nlohmann::json list(Kind kind, bool all) const;

 private:
  struct Comment {
    std::string time, about, name, text;
    bool shown = false;
    std::string reason, mark;  ///< of a proposal
    struct Vote {
      bool is_for = false;
      std::int64_t time_us = 0;
    };
    std::map<std::string, Vote> votes;  ///< by member
    nlohmann::json answer;
    [[nodiscard]] bool is_proposal() const { return !mark.empty(); }
  };
  Result<int> write_new(nlohmann::json line);
  [[nodiscard]] Result<const Comment*> open_proposal(int id) const;
  Result<void> write(const nlohmann::json& line);
  bool take(const nlohmann::json& line);

  std::vector<Comment> comments_;
  std::ofstream file_;
};

}  // namespace longmen::server
