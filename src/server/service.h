#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/access.h"
#include "server/agent_links.h"
#include "server/archive.h"
#include "server/audit_log.h"
#include "server/child_process.h"
#include "server/comments.h"
#include "server/http_message.h"
#include "server/inquiry.h"
#include "server/mind_link.h"
#include "server/quiz.h"
#include "server/rate_limiter.h"
#include "server/robot_link.h"
#include "server/speech.h"
#include "server/statistics.h"
#include "server/watchers.h"
#include "server/web_files.h"

namespace longmen::server {

struct ServiceConfig {
  std::filesystem::path web_folder;    ///< the built page
  std::filesystem::path state_folder;  ///< for the socket, the audit log and comments; ours alone
  std::vector<std::string> robot_command;  ///< "--socket PATH" is added
  std::vector<std::string> mind_command;
  std::vector<std::string> agent_command;   ///< of an outside agent; "--robot PATH" is added
  std::vector<std::string> why_command;     ///< arguments that name the moment are added
  std::string speech_program;               ///< espeak-ng
  std::vector<std::string> report_command;  ///< its period is added
  std::filesystem::path quiz_file;          ///< as Quiz::load has it
  bool quiz_makes_operators = false;        ///< whoever passes may drive, for that session
  ArchiveConfig archive;
  std::vector<std::string> hosts;  ///< names by which pages may reach us: values of Host
};

/// Counted for /metrics by the one that talks HTTP.
struct Traffic {
  std::uint64_t connections = 0, connections_refused = 0, requests = 0, bad_requests = 0;
  std::uint64_t states_sent = 0, states_dropped = 0, slow_closed = 0, bytes_sent = 0;
};

/// Everything behind the page: who may do what, what the robot said, what was asked of it. Knows no
/// HTTP library; one thread.
class Service {
 public:
  /// Starts robot and mind. Errors: those of the files and processes.
  static Result<std::unique_ptr<Service>> create(boost::asio::io_context& context,
                                                 ServiceConfig config);
  ~Service();

  void handle(const Request& request, Reply reply);

  /// May a WebSocket be opened? Nothing, or why not.
  std::optional<Response> refuse_watcher(const Request& request);
  /// His number; 0 when there are too many. Sends him what he must know first.
  std::uint64_t open_watcher(const Request& request, std::shared_ptr<Watcher> watcher);
  void close_watcher(std::uint64_t id);
  /// A message of a watcher. False: he is to be closed.
  bool take(std::uint64_t id, const std::string& text);

  /// Says goodbye to everyone; the robot holds, stands and ends its record.
  void shut_down();

  [[nodiscard]] const Access& access() const { return access_; }
  Traffic& traffic() { return traffic_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Route;
  struct Call;
  struct Remembered {
    Time at;
    SharedText full, redacted;
  };
  struct Pending {  ///< a plan that waits for a person's yes
    std::string plan;
    std::string text;
    std::uint64_t answer = 0;  ///< the mind's, that it came in
  };

  struct Awaited {              ///< a plan of the mind's of which it will hear what became
    std::uint64_t number = 0;   ///< of these, counted
    std::uint64_t answer = 0;   ///< the mind's, that it came in
    std::uint64_t request = 0;  ///< the robot's number of it
    std::uint64_t holder = 0;   ///< who held the lease
    std::string text;
    Caller caller;
    std::string remote;
    nlohmann::json receipts;  ///< of the steps that have ended
  };

  Service(boost::asio::io_context& context, ServiceConfig config, WebFiles web, AuditLog audit,
          Comments comments, Quiz quiz);
  Result<void> start_robot();
  void watch_processes();
  [[nodiscard]] std::filesystem::path socket() const;

  // What the robot says.
  void on_state(const wall::State& state);
  void on_event(const wall::Event& event);
  void on_receipt(const wall::Receipt& receipt);
  void on_robot_changed();
  void tell(const nlohmann::json& full, const nlohmann::json& redacted);
  void drop_lease(const char* why);

  [[nodiscard]] bool take_drive(std::uint64_t id, const nlohmann::json& message);

  // The API.
  static const std::vector<Route>& routes();
  void dispatch(const Route& route, Call call);
  void audit(const Call& call, std::string_view action, std::string_view detail, int status);
  void answer_openapi(Call& call);
  void answer_health(Call& call);
  void answer_me(Call& call);
  void log_in(Call& call);
  void log_out(Call& call);
  void answer_session_opened(Call& call, const Access::Session& session, nlohmann::json answer);
  void end_session(std::uint64_t session);
  void answer_session(Call& call);
  void answer_scene(Call& call);
  void answer_events(Call& call);
  void answer_metrics(Call& call);
  void answer_audit(Call& call);
  void instruct(Call& call);
  void confirm(Call& call);
  void begin_drive(Call& call);
  void stop(Call& call);
  void restart(Call& call);
  void answer_models(Call& call);
  void answer_incidents(Call& call);
  void answer_proof(Call& call);
  void why_incident(Call& call);
  void why_moment(Call& call);
  void answer_speech(Call& call);
  void answer_statistics(Call& call);
  void take_agent(Call& call);
  void end_agent(Call& call);
  void send_archived(Call& call, const Result<nlohmann::json>& archived);
  void ask_why(Call& call, std::vector<std::string> arguments);
  void list_comments(Call& call);
  void add_comment(Call& call);
  void moderate(Call& call);
  void list_proposals(Call& call);
  void add_proposal(Call& call);
  void vote(Call& call);
  void answer_proposal(Call& call);
  void tell_quiz(Call& call);
  void begin_quiz(Call& call);
  void mark_quiz(Call& call);
  void close_quiz(Call& call);
  [[nodiscard]] bool may_write(Call& call, RateLimiter& limiter);
  [[nodiscard]] static std::string with_key(const std::string& message, const std::string& key);
  [[nodiscard]] Response propose(const std::string& plan, nlohmann::json answer);

  // The mind sees what became of its plan.
  void expect_outcome(const Response& proposed, Awaited awaited);
  void watch_outcome(const wall::Event& event);
  void tell_mind(nlohmann::json outcome);
  void replan(const nlohmann::json& answer);

  boost::asio::io_context& context_;
  ServiceConfig config_;
  WebFiles web_;
  AuditLog audit_;
  Comments comments_;
  Quiz quiz_;
  Access access_;
  RateLimiter requests_{120.0, 40.0};
  RateLimiter logins_{5.0, 0.1};
  RateLimiter sentences_{4.0, 1.0};
  RateLimiter writers_{3.0, 0.1};
  RateLimiter voters_{6.0, 0.2};
  RateLimiter questions_{6.0, 1.0};
  RateLimiter sheets_{10.0, 1.0 / 300.0};  ///< of the quiz, for each address
  RateLimiter all_sheets_{40.0, 1.0 / 30.0};
  RateLimiter commands_{60.0, 40.0};  ///< of the drive pad
  Watchers watchers_;
  Traffic traffic_;
  ChildProcess robot_process_;
  std::unique_ptr<RobotLink> robot_;
  std::unique_ptr<MindLink> mind_;
  std::unique_ptr<AgentLinks> agents_;
  Inquiry inquiry_;
  Speech speech_;
  Statistics statistics_;
  Archive archive_;
  boost::asio::steady_timer clock_;
  wall::State state_;  ///< the last one
  std::string scene_zipped_;
  std::deque<Remembered> remembered_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_pending_ = 0;
  std::optional<Awaited> awaited_;
  std::uint64_t last_awaited_ = 0;
  std::uint64_t last_event_ = 0;
  std::vector<std::uint64_t> quiz_sessions_;  ///< of those whom the quiz made operators
  std::uint64_t holder_ = 0;                  ///< watcher that holds the lease
  Time holder_since_{};
  bool is_stopping_ = false;  // the lease is gone and the robot not yet disarmed
  Time robot_started_{};
  std::uint64_t rate_limited_ = 0, forged_ = 0, refused_ = 0;
  bool ends_ = false;
};

}  // namespace longmen::server
