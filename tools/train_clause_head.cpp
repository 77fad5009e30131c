// Trains the head that names the meaning of a clause:
//   train_clause_head WEIGHTS PHRASES OUT [FOLD]
// Reads the patterns of models/embedded/phrases.txt, expands each into a few masked sentences,
// embeds them and fits a softmax regression. The same inputs give the same bytes. With a FOLD (0 to
// 4) every fifth pattern is left out and reported on instead, and nothing is written.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "agent/clause_head.h"
#include "agent/clause_things.h"
#include "agent/pattern.h"
#include "core/random.h"
#include "core/skill_catalogue.h"

namespace {

using namespace longmen;
using namespace longmen::agent;

constexpr int kSentencesOfPattern = 18;
constexpr int kDraws = 60;
constexpr int kIterations = 1500;
constexpr double kStep = 1.0;
constexpr double kMomentum = 0.95;
constexpr double kWeightDecay = 4e-5;
constexpr float kScale = 8.0F;  ///< e5's embeddings lie close together: centred and stretched

struct Sample {
  Frame frame;
  int pattern;
  std::string text;
  Embedder::Embedding embedding;
};

struct Line {
  Frame frame;
  std::string pattern;
};

bool has_han(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
}

std::vector<Line> read_phrases(const std::string& file) {
  std::ifstream in(file);
  std::vector<Line> lines;
  std::map<std::string, std::string> names;
  std::optional<Frame> frame;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '<' && line.find("> = ") != std::string::npos) {
      const std::size_t close = line.find('>');
      names[line.substr(0, close + 1)] = line.substr(close + 4);
      continue;
    }
    if (line[0] == '[' && line.back() == ']' && frame_named(line.substr(1, line.size() - 2))) {
      frame = frame_named(line.substr(1, line.size() - 2));
      continue;
    }
    for (const auto& [name, alternatives] : names)
      for (std::size_t at; (at = line.find(name)) != std::string::npos;)
        line.replace(at, name.size(), alternatives);
    if (frame) lines.push_back({*frame, line});
  }
  return lines;
}

void expand(const Pattern& pattern, bool is_chinese, Random& random, std::string& words) {
  switch (pattern.kind) {
    case Pattern::Kind::kWord:
      append_word(words, pattern.word);
      break;
    case Pattern::Kind::kSlot: {
      Slot slot = pattern.slot;
      if (slot == Slot::kTarget) {
        static constexpr Slot kTargets[] = {Slot::kPlace, Slot::kObject, Slot::kPerson};
        slot = kTargets[random.next() % 3];
      }
      append_word(words, slot == Slot::kSide && random.next() % 2 == 0
                             ? (is_chinese ? "右" : "right")
                             : stand_in(slot, is_chinese));
      break;
    }
    case Pattern::Kind::kSequence:
      for (const Pattern& part : pattern.parts) expand(part, is_chinese, random, words);
      break;
    case Pattern::Kind::kChoice:
      expand(pattern.parts[random.next() % pattern.parts.size()], is_chinese, random, words);
      break;
  }
}

/// Full-batch gradient descent with momentum; every frame weighs the same but "none", which weighs
/// more: a wrong plan costs more than a question.
/// The words that follow an article where something doable is asked for.
std::set<std::string> nouns_of(const std::vector<const Sample*>& samples) {
  std::set<std::string> nouns;
  for (const Sample* sample : samples)
    if (sample->frame != Frame::kNone)
      for (const std::string& noun : words_after_article(sample->text)) nouns.insert(noun);
  return nouns;
}

ClauseHead fit(const std::vector<const Sample*>& samples) {
  const auto n = static_cast<Eigen::Index>(samples.size());
  Eigen::MatrixXf X(Embedder::kDimension, n);
  Eigen::VectorXf mean = Eigen::VectorXf::Zero(Embedder::kDimension);
  for (Eigen::Index i = 0; i < n; ++i) {
    X.col(i) = samples[static_cast<std::size_t>(i)]->embedding;
    mean += X.col(i) / static_cast<float>(n);
  }
  X = ((X.colwise() - mean) * kScale).eval();
  Eigen::VectorXf count = Eigen::VectorXf::Zero(kFrameCount);
  for (const Sample* sample : samples) count[static_cast<int>(sample->frame)] += 1.0F;
  Eigen::MatrixXf W = Eigen::MatrixXf::Zero(kFrameCount, Embedder::kDimension);
  Eigen::VectorXf b = Eigen::VectorXf::Zero(kFrameCount);
  Eigen::MatrixXf vW = W;
  Eigen::VectorXf vb = b;
  Eigen::VectorXf weight(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Frame frame = samples[static_cast<std::size_t>(i)]->frame;
    weight[i] = (frame == Frame::kNone ? 6.0F : 1.0F) / count[static_cast<int>(frame)];
  }
  weight /= weight.sum();
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    Eigen::MatrixXf P = (W * X).colwise() + b;
    for (Eigen::Index i = 0; i < n; ++i) {
      P.col(i) = (P.col(i).array() - P.col(i).maxCoeff()).exp();
      P.col(i) /= P.col(i).sum();
      P(static_cast<int>(samples[static_cast<std::size_t>(i)]->frame), i) -= 1.0F;
      P.col(i) *= weight[i];
    }
    vW = static_cast<float>(kMomentum) * vW -
         static_cast<float>(kStep) * (P * X.transpose() + static_cast<float>(kWeightDecay) * W);
    vb = static_cast<float>(kMomentum) * vb - static_cast<float>(kStep) * P.rowwise().sum();
    W += vW;
    b += vb;
  }
  ClauseHead head;
  head.W = W * kScale;
  head.b = b - W * mean * kScale;
  head.nouns = nouns_of(samples);
  return head;
}

void report(const ClauseHead& head, const std::vector<const Sample*>& samples) {
  int right = 0;
  int sure = 0;
  int sure_right = 0;
  int none_as_frame = 0;
  for (const Sample* sample : samples) {
    const FrameProbabilities p = head.probabilities(sample->embedding);
    int best = 0;
    p.maxCoeff(&best);
    const bool is_right = best == static_cast<int>(sample->frame);
    right += is_right;
    const bool is_frame = best < static_cast<int>(Frame::kFiller);
    if (p[best] >= 0.55) {
      ++sure;
      sure_right += is_right;
      none_as_frame += sample->frame == Frame::kNone && is_frame;
      if (!is_right)
        std::cout << fmt::format(
            "{} -> {} {:.2f}: {}\n", kFrameNames[static_cast<std::size_t>(sample->frame)],
            kFrameNames[static_cast<std::size_t>(best)], p[best], sample->text);
    }
  }
  std::cout << fmt::format(
      "{} sentences: right {}; sure {}, of these right {}; none taken for a frame {}\n",
      samples.size(), right, sure, sure_right, none_as_frame);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: train_clause_head WEIGHTS PHRASES OUT [FOLD]\n";
    return 2;
  }
  const auto embedder = Embedder::create(argv[1]);
  if (!embedder) {
    std::cerr << embedder.error().text() << '\n';
    return 2;
  }
  std::vector<Line> lines = read_phrases(argv[2]);
  const std::size_t own = lines.size();
  std::vector<Sample> samples;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto pattern = compile_pattern(lines[i].pattern);
    if (!pattern) {
      std::cerr << pattern.error().text() << '\n';
      return 2;
    }
    Random random = Random::stream(1, i);
    const bool is_chinese = has_han(lines[i].pattern);
    for (int made = 0, draw = 0; made < kSentencesOfPattern && draw < kDraws; ++draw) {
      std::string words;
      expand(*pattern, is_chinese, random, words);
      if (!seen.insert(words).second) continue;
      samples.push_back({lines[i].frame, static_cast<int>(i), words, embedder->embed(words)});
      ++made;
    }
  }
  std::cerr << fmt::format("{} patterns, {} sentences\n", own, samples.size());
  if (argc > 4) {
    const int fold = std::atoi(argv[4]);
    std::vector<const Sample*> learnt;
    std::vector<const Sample*> left_out;
    for (const Sample& sample : samples)
      (sample.pattern % 5 == fold ? left_out : learnt).push_back(&sample);
    report(fit(learnt), left_out);
    return 0;
  }
  std::vector<const Sample*> all;
  for (const Sample& sample : samples) all.push_back(&sample);
  const ClauseHead head = fit(all);
  report(head, all);
  std::ofstream(argv[3]) << head.text();
  return 0;
}
