#include "registry/register.h"

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "registry/ballot.h"
#include "registry/ledger.h"

namespace longmen::registry {
namespace {

constexpr std::int64_t kNow_s = 1'800'000'000;
constexpr std::int64_t kYear_s = 365 * 24 * 3600;

/// On SQLite; on the PostgreSQL server whose empty database LONGMEN_TEST_DATABASE names, where it
/// does: one suite holds the one code to the same promises on both.
class RegisterTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("register-" + std::to_string(getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    roots_.add({trust::KeyUse::kCertificate, exam_key_.public_key(), "the test"});
    if (const char* server = std::getenv("LONGMEN_TEST_DATABASE")) {
      database_ = server;
      sql("DROP SCHEMA public CASCADE");
      sql("CREATE SCHEMA public");
    } else {
      database_ = "sqlite3://" + (folder_ / "r.db").string();
    }
    open();
  }
  void TearDown() override {
    register_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    auto opened = Register::open(database_, roots_);
    ASSERT_TRUE(opened) << opened.error().text();
    register_ = std::make_unique<Register>(std::move(*opened));
  }
  /// What nobody may do who goes by the register.
  void sql(const char* statement) const {
    const bool is_sqlite = database_.rfind("sqlite3://", 0) == 0;
    soci::session session(is_sqlite ? "sqlite3" : "postgresql",
                          is_sqlite ? "dbname=" + database_.substr(10) : database_);
    session << statement;
  }
  /// Runs `act` in so many processes at once, each with the register open for itself; how many of
  /// them said that all went well.
  template <typename Act>
  int in_processes(int count, const Act& act) const {
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        auto own = Register::open(database_, roots_);
        _exit(own && act(*own) ? 0 : 1);
      }
      children.push_back(child);
    }
    int well = 0;
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      well += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return well;
  }
  void add_members() {
    const auto add = [&](const char* name, const char* organisation, Role role,
                         const trust::SigningKey& key) {
      const auto done = register_->add_member({name, organisation, role, key.public_key().text()},
                                              "rita", rita_, kNow_s);
      ASSERT_TRUE(done) << done.error().text();
    };
    add("rita", "authority", Role::kRegistrar, rita_);
    add("sam", "acme", Role::kSubmitter, sam_);
    add("eva", "lab", Role::kExaminer, eva_);
    add("ron", "acme", Role::kRegistrar, ron_);
    add("ada", "audit", Role::kAuditor, ada_);
  }
  Card card() const {
    Card c;
    c.name = "walker";
    c.organisation = "acme";
    c.identity = "sha256:" + std::string(64, 'a');
    c.text = "name: walker";
    return c;
  }
  static std::vector<Input> inputs() {
    return {{"rules/a.yaml", std::string(64, '1')}, {"rules/b.yaml", std::string(64, '2')}};
  }
  Certificate certificate() const {
    return {.model = "walker",
            .identity = card().identity,
            .vertical = "factory",
            .is_passed = true,
            .bank = "b",
            .program = "p",
            .inputs = inputs(),
            .carried_out = kCarriedOut_min,
            .goals_met = kCarriedOut_min,
            .scores = R"({"x":1})",
            .issued_s = kNow_s,
            .expires_s = kNow_s + kYear_s};
  }
  void approve_walker() {
    add_members();
    ASSERT_TRUE(register_->submit(card(), "sam", sam_, kNow_s));
    ASSERT_TRUE(
        register_->certify(sign_certificate(certificate(), exam_key_), "eva", eva_, kNow_s));
    const auto done = register_->approve("walker", kNow_s + kYear_s, "rita", rita_, kNow_s);
    ASSERT_TRUE(done) << done.error().text();
  }
  std::string why_not(std::int64_t now_s = kNow_s, const std::string& vertical = "factory",
                      const std::string& identity = "sha256:" + std::string(64, 'a')) const {
    const auto admitted = register_->admit("walker", identity, vertical, inputs(), now_s);
    return admitted ? "" : admitted.error().message;
  }

  std::filesystem::path folder_;
  std::string database_;
  trust::SigningKey exam_key_ = trust::SigningKey::make("lab").value();
  trust::SigningKey rita_ = trust::SigningKey::make("rita").value();
  trust::SigningKey sam_ = trust::SigningKey::make("sam").value();
  trust::SigningKey eva_ = trust::SigningKey::make("eva").value();
  trust::SigningKey ron_ = trust::SigningKey::make("ron").value();
  trust::SigningKey ada_ = trust::SigningKey::make("ada").value();
  trust::TrustRoots roots_;
  std::unique_ptr<Register> register_;
};

TEST_F(RegisterTest, AModelWorksOnlyWhereItWasExaminedAndWhileItIsApproved) {
  approve_walker();
  EXPECT_EQ(why_not(), "");
  EXPECT_NE(why_not(kNow_s, "bank").find("no certificate"), std::string::npos);
  EXPECT_NE(why_not(kNow_s + kYear_s).find("expired"), std::string::npos);
  EXPECT_NE(why_not(kNow_s, "factory", "sha256:other").find("registered one"), std::string::npos);
  EXPECT_FALSE(register_->admit("stranger", "sha256:other", "factory", inputs(), kNow_s));
  ASSERT_TRUE(register_->suspend("walker", "fell twice", "ada", ada_, kNow_s));
  EXPECT_NE(why_not().find("suspended"), std::string::npos);
  ASSERT_TRUE(register_->approve("walker", kNow_s + 10, "rita", rita_, kNow_s));
  EXPECT_EQ(why_not(), "");
  ASSERT_TRUE(register_->revoke("walker", "unsafe", "rita", rita_, kNow_s));
  EXPECT_NE(why_not().find("revoked"), std::string::npos);
  EXPECT_FALSE(register_->approve("walker", kNow_s + 10, "rita", rita_, kNow_s));
}

TEST_F(RegisterTest, AChangedRuleEndsACertificateAndIsNamed) {
  approve_walker();
  const auto why = [&](const std::vector<Input>& now) {
    const auto admitted = register_->admit("walker", card().identity, "factory", now, kNow_s);
    return admitted ? "" : admitted.error().message;
  };
  EXPECT_EQ(why(inputs()), "");
  std::vector<Input> altered = inputs();
  altered[1].sha256[0] = '3';
  EXPECT_EQ(why(altered),
            "model 'walker' was examined for 'factory' before 'rules/b.yaml' changed: examine it "
            "again");
  std::vector<Input> more = inputs();
  more.insert(more.begin() + 1, {"rules/aa.yaml", std::string(64, '4')});
  EXPECT_NE(why(more).find("'rules/aa.yaml'"), std::string::npos);
  std::vector<Input> fewer = inputs();
  fewer.pop_back();
  EXPECT_NE(why(fewer).find("'rules/b.yaml'"), std::string::npos);
  EXPECT_NE(why({}).find("'rules/a.yaml'"), std::string::npos);
  // A second exam, under the rules as they are now, puts it to work again.
  Certificate again = certificate();
  again.inputs = altered;
  ASSERT_TRUE(register_->certify(sign_certificate(again, exam_key_), "eva", eva_, kNow_s));
  EXPECT_EQ(why(altered), "");
  EXPECT_EQ(why(inputs()), "") << "and under the old ones the first still holds";
}

TEST_F(RegisterTest, APassedExamAdmitsOnlyWithEnoughPlansCarriedOutAndGoalsMet) {
  add_members();
  ASSERT_TRUE(register_->submit(card(), "sam", sam_, kNow_s));
  const auto file = [&](int carried_out, int goals_met) {
    Certificate c = certificate();
    c.carried_out = carried_out;
    c.goals_met = goals_met;
    const auto done = register_->certify(sign_certificate(c, exam_key_), "eva", eva_, kNow_s);
    return done ? std::string() : done.error().text();
  };
  const int goals_min = static_cast<int>(kGoalsMet_min * kCarriedOut_min);
  EXPECT_NE(file(kCarriedOut_min - 1, kCarriedOut_min - 1).find("plans carried out"),
            std::string::npos);
  EXPECT_NE(file(kCarriedOut_min, goals_min - 1).find("goals met"), std::string::npos);
  EXPECT_NE(file(0, 1).find("more goals met than plans"), std::string::npos);
  EXPECT_FALSE(register_->approve("walker", kNow_s + 10, "rita", rita_, kNow_s));
  EXPECT_EQ(file(kCarriedOut_min, goals_min), "");
  EXPECT_TRUE(register_->approve("walker", kNow_s + 10, "rita", rita_, kNow_s));
}

TEST_F(RegisterTest, NobodyJudgesTheirOwnOrActsBeyondTheirRole) {
  add_members();
  ASSERT_TRUE(register_->submit(card(), "sam", sam_, kNow_s));
  const std::string envelope = sign_certificate(certificate(), exam_key_);
  EXPECT_FALSE(register_->approve("walker", kNow_s + 10, "rita", rita_, kNow_s)) << "no exam yet";
  EXPECT_FALSE(register_->certify(envelope, "sam", sam_, kNow_s));
  EXPECT_FALSE(register_->certify(envelope, "eva", sam_, kNow_s)) << "a key of somebody else";
  ASSERT_TRUE(register_->certify(envelope, "eva", eva_, kNow_s));
  EXPECT_FALSE(register_->certify(envelope, "eva", eva_, kNow_s)) << "filed twice";
  EXPECT_FALSE(register_->approve("walker", kNow_s + 10, "ron", ron_, kNow_s)) << "own house";
  EXPECT_FALSE(register_->approve("walker", kNow_s + 10, "eva", eva_, kNow_s));
  EXPECT_FALSE(register_->submit(card(), "sam", sam_, kNow_s)) << "a name twice";
  EXPECT_FALSE(register_->add_member({"max", "x", Role::kRegistrar, "k"}, "sam", sam_, kNow_s));
}

TEST_F(RegisterTest, CertificatesThatAreForeignAlteredExpiredOrOfOtherWeightsAreRefused) {
  add_members();
  ASSERT_TRUE(register_->submit(card(), "sam", sam_, kNow_s));
  const auto file = [&](const std::string& envelope) {
    const auto done = register_->certify(envelope, "eva", eva_, kNow_s);
    return done ? ErrorCode::kInternal : done.error().code;
  };
  EXPECT_EQ(file(sign_certificate(certificate(), sam_)), ErrorCode::kNotFound);
  EXPECT_EQ(file("{}"), ErrorCode::kParse);
  EXPECT_EQ(file(std::string(2u << 20, 'x')), ErrorCode::kParse);
  Certificate other = certificate();
  other.identity = "sha256:" + std::string(64, 'b');
  EXPECT_EQ(file(sign_certificate(other, exam_key_)), ErrorCode::kInvalidArgument);
  Certificate old = certificate();
  old.expires_s = kNow_s;
  EXPECT_EQ(file(sign_certificate(old, exam_key_)), ErrorCode::kInvalidArgument);
  const std::string good = sign_certificate(certificate(), exam_key_);
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string altered = good;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    if (!read_certificate(altered, roots_)) ++refused;
  }
  EXPECT_EQ(refused, static_cast<int>(good.size()));
  EXPECT_EQ(read_certificate(good, roots_).value(), certificate());
}

TEST_F(RegisterTest, AnAlteredHistoryIsFound) {
  approve_walker();
  EXPECT_EQ(register_->history().value().size(), 8u);
  sql("UPDATE history SET detail = 'nothing' WHERE number = 7");
  EXPECT_EQ(register_->history().error().code, ErrorCode::kCorrupt);
}

TEST_F(RegisterTest, AnActTakenOutOfTheHistoryIsFound) {
  approve_walker();
  sql("DELETE FROM history WHERE number = 7");
  EXPECT_EQ(register_->history().error().code, ErrorCode::kCorrupt);
}

TEST_F(RegisterTest, TablesThatSayAnythingElseThanTheSignedActsAreFound) {
  approve_walker();
  ASSERT_TRUE(register_->prove("walker"));
  ASSERT_TRUE(register_->revoke("walker", "it fell", "ada", ada_, kNow_s));
  ASSERT_TRUE(register_->prove("walker"));
  for (const char* forgery :
       {"UPDATE models SET standing = 'approved'", "UPDATE models SET expires_s = 99999999999",
        "UPDATE models SET identity = 'sha256:0'", "UPDATE models SET organisation = 'other'",
        "UPDATE models SET card = 'another card'"}) {
    sql("CREATE TABLE kept AS SELECT * FROM models");
    sql(forgery);
    const auto proved = register_->prove("walker");
    ASSERT_FALSE(proved) << forgery;
    EXPECT_EQ(proved.error().code, ErrorCode::kCorrupt);
    sql("DELETE FROM models");
    sql("INSERT INTO models SELECT * FROM kept");
    sql("DROP TABLE kept");
  }
  EXPECT_TRUE(register_->prove("walker"));
}

TEST_F(RegisterTest, AMemberWhomNoActMadeOneCanDoNothingThatHolds) {
  approve_walker();
  const auto eve = trust::SigningKey::make("eve").value();
  sql(("INSERT INTO members VALUES ('eve', 'elsewhere', 'registrar', '" + eve.public_key().text() +
       "')")
          .c_str());
  ASSERT_TRUE(register_->approve("walker", kNow_s + 9 * kYear_s, "eve", eve, kNow_s));
  const auto proved = register_->prove("walker");
  ASSERT_FALSE(proved);
  EXPECT_NE(proved.error().text().find("'eve'"), std::string::npos) << proved.error().text();
}

TEST_F(RegisterTest, ActsCutOffTheEndAreMissedByWhoHasSeenThem) {
  approve_walker();
  ASSERT_TRUE(register_->revoke("walker", "it fell", "ada", ada_, kNow_s));
  const auto file = folder_ / "seen.json";
  const auto remember = [&] { return remember_history(register_->history().value(), "db", file); };
  ASSERT_TRUE(remember());
  ASSERT_TRUE(remember());
  sql("DELETE FROM history WHERE number = 9");
  sql("UPDATE models SET standing = 'approved'");
  EXPECT_TRUE(register_->prove("walker")) << "a whole history, but a shorter one";
  const auto cut = remember();
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kCorrupt);
  // Acts that somebody puts in their place do not help either.
  ASSERT_TRUE(register_->suspend("walker", "a quarrel", "ada", ada_, kNow_s));
  const auto other = remember();
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().text().find("another one"), std::string::npos);
  EXPECT_TRUE(remember_history(register_->history().value(), "another database", file));
  std::ofstream(file) << "[";
  EXPECT_EQ(remember().error().code, ErrorCode::kParse);
}

TEST_F(RegisterTest, AnEmptyDatabaseIsMadeOnceHoweverManyOpenIt) {
  register_.reset();
  if (database_.rfind("sqlite3://", 0) == 0) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  } else {
    sql("DROP SCHEMA public CASCADE");
    sql("CREATE SCHEMA public");
  }
  EXPECT_EQ(in_processes(8, [](Register& own) { return own.entries().has_value(); }), 8);
  open();
  add_members();
  EXPECT_EQ(register_->history().value().size(), 5u);
}

TEST_F(RegisterTest, ActsOfManyWritersAllComeThroughInOneChain) {
  approve_walker();
  constexpr int kWriters = 8, kActs = 5;
  const int well = in_processes(kWriters, [&](Register& own) {
    bool is_well = true;
    for (int i = 0; i < kActs; ++i)
      is_well = own.suspend("walker", "again", "ada", ada_, kNow_s) && is_well;
    return is_well;
  });
  EXPECT_EQ(well, kWriters);
  const auto history = register_->history();
  ASSERT_TRUE(history) << history.error().text();
  EXPECT_EQ(history->size(), 8u + kWriters * kActs);
}

TEST_F(RegisterTest, ARegisterOfALaterProgramIsRefused) {
  sql("INSERT INTO schema_version VALUES (99)");
  EXPECT_EQ(Register::open(database_, roots_).error().code, ErrorCode::kUnsupported);
}

TEST_F(RegisterTest, ARegisterOfAnEarlierProgramIsBroughtToThisOne) {
  approve_walker();
  sql("DELETE FROM schema_version WHERE version > 1");
  sql("DROP INDEX certificates_by_model");
  sql("DROP INDEX models_by_identity");
  open();
  EXPECT_EQ(why_not(), "");
  sql("DROP INDEX certificates_by_model");  // which is there again
}

TEST_F(RegisterTest, ARevokedModelDoesNotComeAgainByAnotherName) {
  approve_walker();
  ASSERT_TRUE(register_->revoke("walker", "unsafe", "rita", rita_, kNow_s));
  Card again = card();
  again.name = "runner";
  const auto done = register_->submit(again, "sam", sam_, kNow_s);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("already, as 'walker'"), std::string::npos);
  EXPECT_EQ(register_->entry_of_identity(again.identity).value().name, "walker");
  EXPECT_EQ(register_->entry_of_identity("endpoint:other").error().code, ErrorCode::kNotFound);
}

TEST(Ballot, CountsOnlyForItsProposalItsMemberAndAsItWasCast) {
  const auto sam = trust::SigningKey::make("sam").value();
  const auto eva = trust::SigningKey::make("eva").value();
  const std::string key = sam.public_key().text();
  const std::string line = sign_ballot("p1", "sam", true, 7, sam);
  Ballot ballot = read_ballot(line).value();
  EXPECT_EQ(ballot.member, "sam");
  EXPECT_TRUE(ballot.is_for);
  EXPECT_TRUE(is_signed_by(ballot, "p1", key));
  EXPECT_FALSE(is_signed_by(ballot, "p2", key));
  EXPECT_FALSE(is_signed_by(ballot, "p1", eva.public_key().text()));
  EXPECT_FALSE(is_signed_by(ballot, "p1", "no key"));
  ballot.is_for = false;
  EXPECT_FALSE(is_signed_by(ballot, "p1", key));
  ballot = read_ballot(line).value();
  ballot.member = "eva";
  EXPECT_FALSE(is_signed_by(ballot, "p1", key));
  ballot = read_ballot(line).value();
  ballot.time_us = 8;
  EXPECT_FALSE(is_signed_by(ballot, "p1", key));
  ballot = {"sam", true, 7, "AAAA"};
  EXPECT_FALSE(is_signed_by(ballot, "p1", key));
  for (const char* none : {"", "sam", "sam for", "sam perhaps 1 x", "sam for x", "sam for 1 x y"})
    EXPECT_EQ(read_ballot(none).error().code, ErrorCode::kParse) << none;
}

TEST(RegisterDatabase, WhatCannotBeReachedIsSaidInOneLineWithoutThePassword) {
  for (const char* database :
       {"postgresql://ann:secret@127.0.0.1:1/hub?connect_timeout=2",
        "sqlite3:///no/such/folder/r.db", "sqlite3:///proc/version", "mysql://hub"}) {
    const auto opened = Register::open(database, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text().find('\n'), std::string::npos);
    EXPECT_EQ(opened.error().text().find("secret"), std::string::npos) << opened.error().text();
  }
}

TEST_F(RegisterTest, AKillInTheMiddleOfWritingLosesNothing) {
  approve_walker();
  for (int round = 0; round < 5; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      auto own = Register::open(database_, roots_);
      while (own) {
        (void)own->suspend("walker", "again", "ada", ada_, kNow_s);
        (void)own->approve("walker", kNow_s + kYear_s, "rita", rita_, kNow_s);
      }
      _exit(0);
    }
    // Not before it writes; then at any moment of it.
    const std::size_t before = register_->history().value().size();
    for (int i = 0; i < 1000 && register_->history().value().size() == before; ++i) usleep(10'000);
    usleep(static_cast<useconds_t>(7'000 * round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    // A server may still carry out what it was handed: history and entry of one moment.
    auto history = register_->history();
    auto entry = register_->entry("walker").value();
    for (auto later = register_->history(); later && history && later->size() != history->size();
         later = register_->history()) {
      history = later;
      entry = register_->entry("walker").value();
    }
    ASSERT_TRUE(history) << history.error().text();
    ASSERT_GT(history->size(), 8u);
    const bool is_suspended = history->back().action == "suspend";
    EXPECT_EQ(entry.standing, is_suspended ? Standing::kSuspended : Standing::kApproved);
  }
}

TEST_F(RegisterTest, ACardMustFitItsWeights) {
  std::ofstream(folder_ / "w.bin") << "weights";
  const auto card_with = [&](const std::string& lines) {
    std::ofstream(folder_ / "card.yaml")
        << "name: walker\nkind: planner\norganisation: acme\nlicence: MIT\nverticals: [factory]\n"
        << lines;
    return Card::load(folder_ / "card.yaml");
  };
  const std::string digest = digest_of_weights(hashed(folder_, {"w.bin"}).value()).hex();
  EXPECT_EQ(card_with("weights: [w.bin]\nsha256: " + digest + "\n").error().code,
            ErrorCode::kMissingKey);  // not signed
  EXPECT_EQ(card_with("weights: [w.bin]\n").error().code, ErrorCode::kMissingKey);
  EXPECT_EQ(card_with("weights: [w.bin]\nsha256: 12\n").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(card_with("weights: [no.bin]\nsha256: 12\n").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(card_with("weights: [../w.bin]\nsha256: 12\n").error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(card_with("").error().code, ErrorCode::kMissingKey);
  EXPECT_EQ(card_with("endpoint: nothing\n").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(card_with("endpoint: \"http://h/v1#m\"\n").value().identity, "endpoint:http://h/v1#m");
  EXPECT_EQ(card_with("endpoint: \"http://h/v1#m\"\nfoo: 1\n").error().code,
            ErrorCode::kUnknownKey);
}

}  // namespace
}  // namespace longmen::registry
