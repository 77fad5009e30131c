#include "registry/model_signature.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "registry/card.h"

namespace longmen::registry {
namespace {

namespace fs = std::filesystem;

class ModelSignatureTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("model-signature-" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    auto key = ModelKey::of_file(folder_ / "keys" / "key.pem");
    ASSERT_TRUE(key) << key.error().text();
    key_ = std::make_unique<ModelKey>(std::move(*key));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::trunc) << text;
  }
  /// A card of a.bin and b.bin, with a signature of what they are now.
  void make_signed_model() {
    write("a.bin", "first");
    write("b.bin", "second");
    const auto files = hashed(folder_, {"b.bin", "a.bin"}).value();
    write("model.sig", sign_model("walker", files, {"card.yaml", "model.sig"}, *key_));
    write_card(digest_of_weights(files).hex(), key_->public_pem());
  }
  void write_card(const std::string& digest, const std::string& pem) const {
    std::string key;
    for (const char c : pem) key += c == '\n' ? "\n  " : std::string(1, c);
    write("card.yaml",
          "name: walker\nkind: policy\norganisation: acme\nlicence: MIT\nverticals: [park]\n"
          "weights: [b.bin, a.bin]\nsha256: " +
              digest + "\nsignature: model.sig\nsigning_key: |\n  " + key + "\n");
  }
  [[nodiscard]] Result<Card> card() const { return Card::load(folder_ / "card.yaml"); }

  fs::path folder_;
  std::unique_ptr<ModelKey> key_;
};

TEST_F(ModelSignatureTest, WhatIsSignedIsRead) {
  const std::vector<SignedFile> files = {{"a", sha256("1").hex()}, {"d/b", sha256("2").hex()}};
  const std::string bundle = sign_model("m", {files[1], files[0]}, {}, *key_);
  const auto read = read_model_signature(bundle, *key_);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(*read, files);
}

TEST_F(ModelSignatureTest, TheKeyOfAFileStaysAndIsForItsOwnerAlone) {
  const auto again = ModelKey::of_file(folder_ / "keys" / "key.pem");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_pem(), key_->public_pem());
  fs::permissions(folder_ / "keys" / "key.pem", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(ModelKey::of_file(folder_ / "keys" / "key.pem").error().code,
            ErrorCode::kInvalidArgument);
  for (const char* none : {"", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"})
    EXPECT_EQ(ModelKey::parse_public(none).error().code, ErrorCode::kParse);
}

TEST_F(ModelSignatureTest, AnotherKeyDidNotSign) {
  const auto other = ModelKey::of_file(folder_ / "keys" / "other.pem");
  const std::string bundle = sign_model("m", {{"a", sha256("1").hex()}}, {}, *key_);
  EXPECT_EQ(read_model_signature(bundle, *other).error().code, ErrorCode::kCorrupt);
}

TEST_F(ModelSignatureTest, EveryAlteredCharacterOfTheSignedPartIsRefused) {
  const std::vector<SignedFile> files = {{"a", sha256("1").hex()}};
  const std::string bundle = sign_model("m", files, {}, *key_);
  const std::size_t begin = bundle.find("\"dsseEnvelope\"");
  int refused = 0;
  for (std::size_t i = begin; i < bundle.size(); ++i) {
    std::string altered = bundle;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const auto read = read_model_signature(altered, *key_);
    // The name of the key, empty here, is not signed; all that is believed is.
    if (read)
      EXPECT_EQ(*read, files) << i;
    else
      ++refused;
  }
  EXPECT_GT(refused, 400);
}

TEST_F(ModelSignatureTest, ACardTakesSignedWeightsAndNoOthers) {
  make_signed_model();
  const auto whole = card();
  ASSERT_TRUE(whole) << whole.error().text();

  // Changed after they were signed, though the card was made to fit.
  write("b.bin", "changed");
  EXPECT_EQ(card().error().code, ErrorCode::kCorrupt);
  write_card(digest_of_weights(hashed(folder_, {"a.bin", "b.bin"}).value()).hex(),
             key_->public_pem());
  EXPECT_NE(card().error().text().find("'b.bin' is not what was signed"), std::string::npos)
      << card().error().text();

  // Signed by somebody else than the card says.
  make_signed_model();
  const auto other = ModelKey::of_file(folder_ / "keys" / "other.pem");
  write_card(whole->sha256, other->public_pem());
  EXPECT_EQ(card().error().code, ErrorCode::kCorrupt);

  // A weight that was not signed, and a signed file that is not there.
  make_signed_model();
  const auto a = hashed(folder_, {"a.bin"}).value();
  write("model.sig", sign_model("walker", a, {}, *key_));
  EXPECT_EQ(card().error().code, ErrorCode::kCorrupt);
  auto more = hashed(folder_, {"a.bin", "b.bin"}).value();
  more.push_back({"c.bin", sha256("3").hex()});
  write("model.sig", sign_model("walker", more, {}, *key_));
  EXPECT_EQ(card().error().code, ErrorCode::kNotFound);
  more.back().name = "../c.bin";
  write("model.sig", sign_model("walker", more, {}, *key_));
  EXPECT_EQ(card().error().code, ErrorCode::kInvalidArgument);
  fs::remove(folder_ / "model.sig");
  EXPECT_EQ(card().error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace longmen::registry
