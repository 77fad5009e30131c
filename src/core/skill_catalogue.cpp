#include "core/skill_catalogue.h"

#include <algorithm>
#include <array>

namespace longmen {
namespace {

using enum ParameterKind;

// ---- stand ----
constexpr Phrase kStandEn[] = {
    {"(stand|stay|remain) [still] (at|by|near|next to|beside|in front of) {place}"},
    {"stand [up] [still|straight|upright|tall]"},
    {"stand (there|here|at attention|at ease|where you are)"},
    {"(stay|remain) (still|put|there|here|standing|where you are|in place|as you are)"},
    {"(hold|keep) (still|your position|position|standing)"},
};
constexpr Phrase kStandZh[] = {
    {"[请](站好|站着|站直|站立|站稳|保持站立|立正|站起来|原地站立|原地站好|站在原地|待在原地|"
     "留在原地|保持站姿)"},
};

// ---- walk_to ----
constexpr Parameter kWalkToParameters[] = {{"place", kPlace}};
constexpr Effect kWalkToEffects[] = {Effect::kAtPlace};
constexpr Phrase kWalkToEn[] = {
    {"(walk|go|move|head|proceed|come|travel|step|stroll|march|make your way|find your way) "
     "[on|right] [back|over|along|across|forward|up] [straight|directly] "
     "(to|towards|toward|up to|over to) [stand at] {place}"},
    {"(walk|go|move|come) [and] stand (at|by|beside|next to|in front of) {place}"},
    {"(return|get back|get over|get) to {place}"},
    {"(approach|visit|reach) {place}"},
    {"(go|come|walk|head|get|return) [back] home", "place=home"},
    {"(come|go|walk|head|get) back", "place=home", true},
    {"return", "place=home", true},
};
constexpr Phrase kWalkToZh[] = {
    {"[(往|向|朝)前](走|走路|步行|移动|行走|行进|前进|走过去|去|来|回|返)(到|去|至|向|往|回|回到){"
     "place}[去|来]"},
    {"(去|到|前往|回到|返回|返回到|走回|走回到|来到|去到|抵达|靠近|走近|走进|赶到|移到|挪到|走){"
     "place}[去|来]"},
    {"(往|向|朝){place}(走|走去|走过去|移动|前进|走一趟)[去]"},
    {"回{place}[去|来]"},
    {"(回来|回去|返回|走回来|走回去|回家)", "place=home", true},
};

// ---- turn ----
constexpr Parameter kTurnParameters[] = {{"angle_deg", kNumber, "deg", -720.0, 720.0}};
constexpr Effect kTurnEffects[] = {Effect::kFacingLost};
constexpr Phrase kTurnEn[] = {
    {"(turn|rotate|spin|pivot|swivel) [yourself|your body] [to] [the|your] {side} [,] "
     "[by|through|for] {angle_deg}"},
    {"(turn|rotate|spin|pivot|swivel) [yourself|your body] [by|through|for] {angle_deg} [in "
     "place|on the spot] "
     "[to] [the|your] {side}"},
    {"(make|do|take|perform) [a|an] {angle_deg} [turn] [to] [the|your] {side} [turn]"},
    {"(make|do|take|perform) [a|an] {angle_deg} {side} turn"},
    {"(turn|rotate|spin|pivot|swivel) [yourself|your body] [by|through|for] {angle_deg} [in "
     "place|on the spot]"},
    {"(make|do|take|perform) [a|an] {angle_deg} [turn]"},
    {"turn [right] (around|round|about) [in place|on the spot]", "angle_deg=180"},
    {"(spin|twirl|rotate) (around|round) [in place|on the spot]", "angle_deg=360"},
    {"(turn|rotate|spin) all the way (around|round)", "angle_deg=360"},
    {"(turn|spin) (around|round) (completely|fully)", "angle_deg=360"},
    {"(make|do) (a u turn|an about turn|an about face)", "angle_deg=180"},
    {"about (turn|face)", "angle_deg=180"},
    {"(turn|rotate|spin|pivot|swivel) [to] [the|your] {side}", "angle_deg=90", true},
    {"(make|take|do) a {side} turn", "angle_deg=90", true},
    {"{side} turn", "angle_deg=90", true},
};
constexpr Phrase kTurnZh[] = {
    {"[在][原地](向|往|朝|沿|按|)[着|照]{side}[方向](转|旋转|转动|转身|转弯|转过|旋转过|拐|拐弯|"
     "自转){angle_deg}"},
    {"[在][原地](转|旋转|转动|转身|自转)[向]{side}[方向][转]{angle_deg}"},
    {"[在][原地](向|往|朝|){angle_deg}[向|往|朝]{side}[方向](转|旋转|转动)"},
    {"[在][原地](转|旋转|转动|转身|自转|转过)(了|上|过|){angle_deg}"},
    {"[在][原地](转身|转过身|转过身来|转过身去|向后转|往后转|掉头|调头|掉转方向|转个身|回过身|"
     "回头)",
     "angle_deg=180"},
    {"[在][原地](转个圈|转一个圈|转一圈儿|打个转)", "angle_deg=360"},
    {"[在][原地](向|往|朝|){side}[方向](转|旋转|转动|转身|转弯|拐|拐弯|转一下)", "angle_deg=90",
     true},
};

// ---- point_at ----
constexpr Parameter kPointAtParameters[] = {{"target", kTarget}};
constexpr Precondition kGesturePreconditions[] = {Precondition::kHandsFree};
constexpr Phrase kPointAtEn[] = {
    {"point [with] [your|a|one] [right|left] [finger|hand|arm|index finger] [out] "
     "(at|to|towards|toward|out) {target}"},
    {"point {target} out"},
    {"(gesture|aim) [with] [your|a] [finger|hand|arm] (at|to|towards|toward) {target}"},
    {"indicate {target}"},
};
constexpr Phrase kPointAtZh[] = {
    {"[用手|用手指|伸手|抬手|用手臂|用胳膊](指|指向|指着|指一下|指指|指一指|指出|指了指|指到|指示){"
     "target}"},
    {"[用手|用手指|伸手|抬手](向|朝|往|对着|冲着){target}[的方向](指|指一下|指去|指着|指过去)"},
    {"(把|将)(手|手指|手臂|胳膊)指向{target}"},
};

// ---- wave ----
constexpr Phrase kWaveEn[] = {
    {"wave [with] [your|a|one] [right|left] [hand|hands|arm|arms] [hello|hi|goodbye|bye|good bye] "
     "[(to|at) {who}]"},
    {"wave [hello|hi|goodbye|bye|good bye] (to|at) {who} [with your hand]"},
    {"greet {who}", "", true},
    {"give [{who}] a [little|friendly|quick] wave"},
    {"give a [little|friendly|quick] wave to {who}"},
};
constexpr Phrase kWaveZh[] = {
    {"(向|对|朝|跟|和|给|与){who}(打招呼|打个招呼|打声招呼|问好|问个好|致意|示意)", "", true},
    {"(打招呼|打个招呼|打声招呼)", "", true},
    {"[(向|对|朝|跟|和|给|冲){who}](挥|招|摆)[了]{count}手"},
    {"(向|对|朝|跟|和|给|冲){who}(挥手|招手|挥挥手|招招手|挥一挥手|招一招手|摆手|挥动手臂|挥舞手臂|"
     "挥个手|招个手|挥一下手|招一下手|挥下手|挥手示意)"
     "[致意|告别|再见|问好|打招呼]"},
    {"(挥手|招手|挥挥手|招招手|挥一挥手|招一招手|摆手|挥动手臂|挥舞手臂|挥个手|招个手|挥一下手|"
     "招一下手|挥下手|挥手示意)"
     "[致意|告别|再见|问好|打招呼]"},
};

// ---- say ----
constexpr Parameter kSayParameters[] = {{"text", kText, "characters", 1.0, 200.0}};
constexpr Phrase kSayEn[] = {
    {"(say|speak|announce|declare|state) [out loud|aloud|the words|the following] [:|,] {text}"},
    {"say {text} to {who}"},
    {"(say|speak|announce) to {who} [:|,|that] {text}"},
    {"tell {who} (:|,|that) {text}"},
    {"tell {who} {quote}"},
};
constexpr Phrase kSayZh[] = {
    {"[开口|开始](说|说出|说道|讲|念|念出|播报|宣布|说一句|说一声|说声|说句)[:|,]{text}"},
    {"(对|跟|向|和|给){who}(说|讲|说道|说一声|说一句|说声|说句|宣布)[:|,]{text}"},
    {"告诉{who}[说](:|,){text}"},
    {"告诉{who}[说]{quote}"},
};

// ---- wait ----
constexpr Parameter kWaitParameters[] = {{"duration_s", kNumber, "s", 0.1, 600.0}};
constexpr Phrase kWaitEn[] = {
    {"(wait|pause|hold|rest|stay|stay still|stay put|remain|remain still|stand|stand still|hold "
     "still|hold on|stop|idle|do "
     "nothing|keep still) [there|here|(at|by|in|near|next to|beside|in front of) {place}] [for] "
     "{duration_s} [there|here]"},
    {"(wait|pause|hold on|idle|do nothing)"},
    {"(make|take|have) [a] {duration_s} (pause|break|wait|stop)"},
};
constexpr Phrase kWaitZh[] = {
    {"(站在原地|站着别动|站着不动|待在原地|在原地|原地不动){duration_s}"},
    {"[在原地|原地|站着|站在原地|停下来|停下|站着别动|站着不动|别动|保持不动](等|等待|等候|等上|停|"
     "停留|暂停|稍等|休息|待|待上|"
     "保持不动|静止|站|站立|停顿|不动)[了|着]{duration_s}"},
    {"[在原地|原地|站着](等|等待|等候|等一下|等一会儿|等一会|等会儿|稍等|稍等一下|暂停|等等|稍候|"
     "停一会儿|休息一下)"},
};

// ---- stop ----
constexpr Phrase kStopEn[] = {
    {"(stop|halt|freeze) [moving|walking|turning|waving|everything|all motion|right "
     "there|there|here|where you are]"},
    {"come to a [complete|full] (stop|halt|standstill)"},
};
constexpr Phrase kStopZh[] = {
    {"(停|停下|停下来|停止|停住|站住|停下脚步|停止移动|停止行走|停止动作|停止运动|打住|别动了)"},
};

// ---- pick_up ----
constexpr Parameter kPickUpParameters[] = {{"object", kObject}};
constexpr Precondition kPickUpPreconditions[] = {Precondition::kHandsFree, Precondition::kAtObject};
constexpr Effect kPickUpEffects[] = {Effect::kHoldsObject};
constexpr Phrase kPickUpEn[] = {
    {"(pick|lift|take) up {object} [(from|off|out of) [of|top of] {source}]"},
    {"(pick|lift|take) {object} up [(from|off|out of) [of|top of] {source}]"},
    {"(grab|grasp|take|get|lift|collect|pick|take hold of) {object} [(from|off|out of) [of|top of] "
     "{source}]"},
};
constexpr Phrase kPickUpZh[] = {
    {"(拿|取|抓|搬|抱|捡|拾|提|举|端)[起|起来|上|走|住|下|下来|一下]{object}"},
    {"(把|将){object}(拿|取|抓|搬|抱|捡|拾|提|举|端)(起|起来|上|走|住|下来|过来|一下|)"},
    {"(从|在){source}[的](拿|取|抓|搬|抱|捡|拾|提|举|端)[起|起来|上|走|住|下|下来|出]{object}"},
    {"(从|在){source}(把|将){object}(拿|取|抓|搬|抱|捡|拾|提|举|端)(起|起来|上|走|住|下来|出来|)"},
    {"(把|将){object}从{source}(拿|取|抓|搬|抱|捡|拾|提|举|端)(起|起来|上|走|住|下来|出来|)"},
};

// ---- place ----
constexpr Parameter kPlaceParameters[] = {{"object", kObject}, {"place", kPlace}};
constexpr Precondition kPlacePreconditions[] = {Precondition::kHoldsObject, Precondition::kAtPlace,
                                                Precondition::kPlaceHolds};
constexpr Effect kPlaceEffects[] = {Effect::kObjectAtPlace};
constexpr Phrase kPlaceEn[] = {
    {"(put|place|set|lay|leave|deposit|drop) {object} [down|back] (on|onto|in|into|at|on to|on top "
     "of|upon) {place}"},
    {"(put|set|lay) down {object} (on|onto|in|into|at|on to|on top of|upon) {place}"},
    {"(put|place|set|lay|leave|deposit|drop) {object} [down] {there}"},
    {"(put|set|lay) {object} down"},
    {"(put|set|lay) down {object}"},
    {"(release|let go of) {object}"},
};
constexpr Phrase kPlaceZh[] = {
    {"(把|将){object}(放|搁|摆|放置|摆放|安放|放下)(到|在|回|进|上|于|回到){place}"},
    {"(放|放置|摆放|摆)[下]{object}(到|在|于){place}"},
    {"(在|到){place}(放下|放置|摆放){object}"},
    {"(在|到){place}(把|将){object}(放下|放好|放下来)"},
    {"(把|将){object}(放下|放下来|放好)"},
    {"放下{object}"},
};

// ---- hand_over ----
constexpr Parameter kHandOverParameters[] = {{"object", kObject}, {"person", kPerson}};
constexpr Precondition kHandOverPreconditions[] = {Precondition::kHoldsObject};
constexpr Effect kHandOverEffects[] = {Effect::kObjectAtPerson};
constexpr Phrase kHandOverEn[] = {
    {"(hand|give|pass) {object} [over] to {person}"},
    {"(hand|give|pass) over {object} to {person}"},
    {"(hand|give|pass) {person} {object}"},
};
constexpr Phrase kHandOverZh[] = {
    {"(把|将){object}(给|交给|递给|传给|递交给|转交给|交到){person}[手里|手上|手中]"},
    {"(给|递给|交给|传给){person}(递|交)[过|过去]{object}"},
    {"(递给|交给|传给|给){person}{object}"},
};

// ---- follow_stream ----
constexpr Parameter kFollowStreamParameters[] = {{"source", kText, "characters", 1.0, 22.0},
                                                 {"speed_m_s", kNumber, "m/s", 0.05, 0.6},
                                                 {"time_s", kNumber, "s", 1.0, 300.0}};
constexpr Precondition kFollowStreamPreconditions[] = {Precondition::kHandsFree};
constexpr Effect kFollowStreamEffects[] = {Effect::kPlaceLost};

// ---- run_policy ----
constexpr Parameter kRunPolicyParameters[] = {{"model", kPolicy},
                                              {"bounds", kBounds},
                                              {"speed_m_s", kNumber, "m/s", -1.0, 1.0},
                                              {"time_limit_s", kNumber, "s", 1.0, 120.0}};
constexpr Precondition kRunPolicyPreconditions[] = {Precondition::kHandsFree};
constexpr Effect kRunPolicyEffects[] = {Effect::kPlaceLost};

constexpr std::array kCatalogue = {
    Skill{SkillId::kStand,
          "stand",
          "stand still",
          "站好",
          "stand still",
          "站好",
          {},
          {},
          {},
          10.0,
          true,
          kStandEn,
          kStandZh},
    Skill{SkillId::kWalkTo,
          "walk_to",
          "walk to a place",
          "走到一个地点",
          "walk to {place}",
          "走到{place}",
          kWalkToParameters,
          {},
          kWalkToEffects,
          120.0,
          true,
          kWalkToEn,
          kWalkToZh},
    Skill{SkillId::kTurn,
          "turn",
          "turn by an angle",
          "转一个角度",
          "turn {angle_deg}",
          "转身：{angle_deg}",
          kTurnParameters,
          {},
          kTurnEffects,
          60.0,
          true,
          kTurnEn,
          kTurnZh},
    Skill{SkillId::kPointAt,
          "point_at",
          "point at a place, object or person",
          "指向一个地点、物品或人",
          "point at {target}",
          "指向{target}",
          kPointAtParameters,
          kGesturePreconditions,
          {},
          30.0,
          true,
          kPointAtEn,
          kPointAtZh},
    Skill{SkillId::kWave,
          "wave",
          "wave",
          "挥手",
          "wave",
          "挥手",
          {},
          kGesturePreconditions,
          {},
          20.0,
          true,
          kWaveEn,
          kWaveZh},
    Skill{SkillId::kSay,
          "say",
          "say words",
          "说一句话",
          "say “{text}”",
          "说“{text}”",
          kSayParameters,
          {},
          {},
          60.0,
          true,
          kSayEn,
          kSayZh},
    Skill{SkillId::kWait,
          "wait",
          "wait for a time",
          "等待一段时间",
          "wait {duration_s}",
          "等待{duration_s}",
          kWaitParameters,
          {},
          {},
          10.0,
          true,
          kWaitEn,
          kWaitZh},
    Skill{SkillId::kStop,
          "stop",
          "stop",
          "停下",
          "stop",
          "停下",
          {},
          {},
          {},
          10.0,
          true,
          kStopEn,
          kStopZh},
    Skill{SkillId::kPickUp, "pick_up", "pick up an object", "拿起一件物品", "pick up {object}",
          "拿起{object}", kPickUpParameters, kPickUpPreconditions, kPickUpEffects, 90.0, true,
          kPickUpEn, kPickUpZh},
    Skill{SkillId::kPlace, "place", "put an object down at a place", "把物品放到一个地点",
          "put {object} on {place}", "把{object}放到{place}", kPlaceParameters, kPlacePreconditions,
          kPlaceEffects, 90.0, true, kPlaceEn, kPlaceZh},
    Skill{SkillId::kHandOver, "hand_over", "hand an object to a person", "把物品递给一个人",
          "hand {object} to {person}", "把{object}递给{person}", kHandOverParameters,
          kHandOverPreconditions, kHandOverEffects, 60.0, false, kHandOverEn, kHandOverZh},
    Skill{SkillId::kFollowStream,
          "follow_stream",
          "be driven by hand",
          "由人手动驾驶",
          "be driven by hand ({source}), at most {speed_m_s}, for {time_s}",
          "由人手动驾驶（{source}），最快 {speed_m_s}，{time_s}",
          kFollowStreamParameters,
          kFollowStreamPreconditions,
          kFollowStreamEffects,
          10.0,
          true,
          {},
          {}},
    Skill{SkillId::kRunPolicy,
          "run_policy",
          "let a motion policy drive within bounds",
          "让运动策略在限定范围内驱动身体",
          "let the policy {model} drive at {speed_m_s} for {time_limit_s}, within the bounds "
          "{bounds}",
          "让策略 {model} 在限定范围 {bounds} 内以 {speed_m_s} 驱动 {time_limit_s}",
          kRunPolicyParameters,
          kRunPolicyPreconditions,
          kRunPolicyEffects,
          15.0,
          true,
          {},
          {}},
};

}  // namespace

std::span<const Skill> skill_catalogue() noexcept { return kCatalogue; }

const Skill& skill(SkillId id) noexcept { return kCatalogue[static_cast<std::size_t>(id)]; }

const Skill* find_skill(std::string_view name) noexcept {
  const auto found = std::find_if(kCatalogue.begin(), kCatalogue.end(),
                                  [&](const Skill& s) { return s.name == name; });
  return found == kCatalogue.end() ? nullptr : &*found;
}

const Parameter* find_parameter(const Skill& skill, std::string_view name) noexcept {
  const auto found = std::find_if(skill.parameters.begin(), skill.parameters.end(),
                                  [&](const Parameter& p) { return p.name == name; });
  return found == skill.parameters.end() ? nullptr : &*found;
}

}  // namespace longmen
