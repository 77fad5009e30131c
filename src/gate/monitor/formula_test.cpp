#include "gate/monitor/formula.h"

#include <gtest/gtest.h>

namespace longmen::gate::monitor {
namespace {

TEST(Formula, ReadsOperatorsWindowsAndSignals) {
  const Formula f =
      Formula::parse("(hot > 0.5) -> (once[0:60] (speed_m_s <= -0.5) and not hot >= 1)").value();
  EXPECT_EQ(f.signals, (std::vector<std::string>{"hot", "speed_m_s"}));
  EXPECT_EQ(f.nodes.back().op, Formula::Op::kImplies);
  EXPECT_EQ(f.nodes[1].bound, -0.5);
  EXPECT_EQ(f.nodes[2].to_s, 60.0);
}

TEST(Formula, SaysWhereAndWhatIsWrong) {
  const auto error = [](const std::string& text) { return Formula::parse(text).error(); };
  EXPECT_EQ(error("").code, ErrorCode::kParse);
  EXPECT_EQ(error("x").code, ErrorCode::kParse);
  EXPECT_EQ(error("x >= y").text().find("expected a number") != std::string::npos, true);
  EXPECT_EQ(error("once[0:60 (x > 1)").code, ErrorCode::kParse);
  EXPECT_EQ(error("once[5:1] (x > 1)").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error("once[0:1e9] (x > 1)").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error("x > inf").code, ErrorCode::kParse);
  EXPECT_EQ(error("x > 1 and y > 1 or z > 1").code, ErrorCode::kParse);
  EXPECT_EQ(error("x > 1 )").code, ErrorCode::kParse);
  EXPECT_EQ(error(std::string(5000, '(')).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error(std::string(900, '(')).code, ErrorCode::kInvalidArgument);
  std::string many = "x > 1";
  for (int k = 0; k < 80; ++k) many += " or x > 1";
  EXPECT_EQ(error(many).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace longmen::gate::monitor
