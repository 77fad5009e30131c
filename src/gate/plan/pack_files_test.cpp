#include "gate/plan/pack_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "gate/plan/plan_gate.h"
#include "trust/key_store.h"

namespace longmen::gate::plan {
namespace {

namespace fs = std::filesystem;
const fs::path kRules = fs::path(LONGMEN_SOURCE_DIR) / "rules";

/// A copy of the rules and a key store of its own.
class SignedPack : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("pack-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(kRules / "hazards", folder_ / "hazards");
    fs::copy(kRules / "plan", folder_ / "plan");
    fs::remove(folder_ / "plan" / "pack.note");
    write("trust.yaml", "keys: []\n");
    ::setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary | std::ios::app) << text;
  }
  void sign(const trust::SigningKey& key) const {
    const auto files = PackFiles::load(folder_, PackFiles::Check::kUnsigned).value();
    auto note = trust::SignedNote::make(files.manifest()).value();
    note.sign(key);
    write("plan/pack.note", note.bytes());
  }
  static trust::SigningKey own_key() {
    return trust::KeyStore::of_user().value().key(trust::KeyUse::kRules).value();
  }
  [[nodiscard]] Error error() const {
    const auto gate = PlanGate::load(folder_);
    EXPECT_FALSE(gate.has_value());
    return gate ? Error{} : gate.error();
  }
  static void expect_one_line(const Error& error, const std::string& part) {
    EXPECT_EQ(error.text().find('\n'), std::string::npos);
    EXPECT_NE(error.text().find(part), std::string::npos) << error.text();
  }

  fs::path folder_;
};

TEST_F(SignedPack, OfThisMachineLoads) {
  sign(own_key());
  EXPECT_TRUE(PlanGate::load(folder_).has_value());
}

TEST_F(SignedPack, ThatWasChangedAfterwardsIsRefusedByTheNameOfTheFile) {
  sign(own_key());
  append("plan/bank.rego", "\n# a word\n");
  EXPECT_EQ(error().code, ErrorCode::kCorrupt);
  expect_one_line(error(), "plan/bank.rego");
}

TEST_F(SignedPack, WithAFileMoreOrLessIsRefused) {
  sign(own_key());
  write("plan/zz.rego", "package longmen.plan\n");
  EXPECT_EQ(error().code, ErrorCode::kCorrupt);
  fs::remove(folder_ / "plan" / "zz.rego");
  fs::remove(folder_ / "plan" / "robot.rego");
  EXPECT_EQ(error().code, ErrorCode::kCorrupt);
}

TEST_F(SignedPack, OfAStrangerIsRefused) {
  sign(trust::SigningKey::make("stranger").value());
  EXPECT_EQ(error().code, ErrorCode::kNotFound);
  expect_one_line(error(), "pack.note");
}

TEST_F(SignedPack, OfAKeyForAnotherUseIsRefused) {
  sign(trust::KeyStore::of_user().value().key(trust::KeyUse::kRecord).value());
  EXPECT_FALSE(PlanGate::load(folder_).has_value());
}

TEST_F(SignedPack, WhoseSignatureIsDamagedIsRefused) {
  sign(own_key());
  std::string note;
  {
    std::ifstream in(folder_ / "plan/pack.note", std::ios::binary);
    note.assign(std::istreambuf_iterator<char>(in), {});
  }
  char& digit = note[note.size() - 10];
  digit = digit == 'A' ? 'B' : 'A';
  write("plan/pack.note", note);
  EXPECT_FALSE(PlanGate::load(folder_).has_value());
}

TEST_F(SignedPack, IsDemandedWhereTrustNamesAKeyForRules) {
  const auto key = trust::SigningKey::make("office").value();
  write("trust.yaml",
        "keys:\n  - {use: rules, holder: the office, key: \"" + key.public_key().text() + "\"}\n");
  EXPECT_EQ(error().code, ErrorCode::kNotFound);
  expect_one_line(error(), "not signed");
  sign(key);
  EXPECT_TRUE(PlanGate::load(folder_).has_value());
}

TEST_F(SignedPack, ThatLeavesARelationUnjudgedIsRefused) {
  fs::remove(folder_ / "plan" / "robot.rego");
  expect_one_line(error(), "no rule judges the relation");
}

TEST_F(SignedPack, WithATopicThatNoPackLooksUpIsRefused) {
  write("hazards/99_more.yaml", "source: s\nrelations:\n  moon:\n    moved: {does: [puts]}\n");
  sign(own_key());
  expect_one_line(error(), "no rule judges the relation 'moved'");
}

TEST_F(SignedPack, ThatDoesNotCompileIsRefusedInOneLine) {
  append("plan/general.rego", "\nfindings contains if {");
  sign(own_key());
  EXPECT_EQ(error().code, ErrorCode::kParse);
  expect_one_line(error(), "rego");
}

}  // namespace
}  // namespace longmen::gate::plan
