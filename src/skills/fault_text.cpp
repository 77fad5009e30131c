#include "skills/fault_text.h"

namespace longmen::skills {

Bilingual fault_text(SkillFault fault) {
  switch (fault) {
    case SkillFault::kNone:
      break;
    case SkillFault::kTimeout:
      return {"it took longer than the step may take", "超出该步骤的时限"};
    case SkillFault::kNotReached:
      return {"it did not come close enough", "未能足够接近目标"};
    case SkillFault::kLost:
      return {"the robot does not know where it is", "机器人位置不明"};
    case SkillFault::kBlocked:
      return {"someone or something stands in the way", "前方有人或物阻挡"};
    case SkillFault::kStopped:
      return {"it was stopped", "被停止"};
    case SkillFault::kExpired:
      return {"the approval had run out before the first step", "批准在第一步之前已过期"};
    case SkillFault::kCancelled:
      return {"it was called off", "已取消"};
    case SkillFault::kUnreachable:
      return {"no way leads there, or the arms do not reach", "无路可达，或手臂够不到"};
    case SkillFault::kMissed:
      return {"what the hands are to hold is not between them, or nowhere to be seen",
              "要拿的物品不在双手之间，或看不到"};
    case SkillFault::kPolicyLost:
      return {"the motion policy lost its seat: its process failed, or its file is another one",
              "运动策略失去驱动权：其进程失效，或文件不符"};
    case SkillFault::kRescued:
      return {"the motion policy headed for a fall: the trusted controller took the body over",
              "运动策略将致跌倒：可信控制器已接管身体"};
    case SkillFault::kOutOfBounds:
      return {"the motion policy left the bounds of its step", "运动策略超出了该步骤的限定范围"};
  }
  return {};
}

}  // namespace longmen::skills
