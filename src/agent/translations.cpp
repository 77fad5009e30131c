#include "agent/translations.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/token.h"

namespace longmen::agent {
namespace {

struct Noun {
  std::string_view en;
  std::array<std::string_view, 4> zh;  ///< empty at the end
};

constexpr Noun kNouns[] = {
    {"shelf", {"货架", "架子", "置物架", "书架"}},
    {"rack", {"架子", "货架"}},
    {"workbench", {"工作台", "操作台"}},
    {"bench", {"长椅", "长凳"}},
    {"table", {"桌子", "台子", "餐桌"}},
    {"desk", {"书桌", "桌子", "办公桌"}},
    {"chair", {"椅子"}},
    {"sofa", {"沙发"}},
    {"couch", {"沙发"}},
    {"bed", {"床"}},
    {"door", {"门", "门口"}},
    {"window", {"窗户", "窗口", "窗"}},
    {"gate", {"大门", "门口"}},
    {"exit", {"出口"}},
    {"entrance", {"入口"}},
    {"kitchen", {"厨房"}},
    {"bathroom", {"浴室", "卫生间", "洗手间"}},
    {"toilet", {"厕所", "卫生间"}},
    {"bedroom", {"卧室"}},
    {"living room", {"客厅"}},
    {"dining room", {"餐厅"}},
    {"office", {"办公室"}},
    {"hall", {"大厅"}},
    {"hallway", {"走廊"}},
    {"corridor", {"走廊"}},
    {"lobby", {"大堂", "大厅"}},
    {"elevator", {"电梯"}},
    {"stairs", {"楼梯"}},
    {"garden", {"花园"}},
    {"yard", {"院子"}},
    {"garage", {"车库"}},
    {"warehouse", {"仓库"}},
    {"storage room", {"储藏室", "仓库"}},
    {"storage", {"仓库", "储藏室"}},
    {"factory", {"工厂"}},
    {"conveyor", {"传送带", "输送带"}},
    {"conveyor belt", {"传送带", "输送带"}},
    {"machine", {"机器", "机床"}},
    {"charging station", {"充电站", "充电桩"}},
    {"charger", {"充电器", "充电桩", "充电站"}},
    {"dock", {"充电座"}},
    {"counter", {"柜台", "台面"}},
    {"cabinet", {"柜子", "橱柜"}},
    {"cupboard", {"橱柜", "碗柜"}},
    {"closet", {"衣柜"}},
    {"wardrobe", {"衣柜"}},
    {"drawer", {"抽屉"}},
    {"fridge", {"冰箱"}},
    {"refrigerator", {"冰箱"}},
    {"oven", {"烤箱"}},
    {"stove", {"炉子", "灶台"}},
    {"microwave", {"微波炉"}},
    {"sink", {"水槽", "洗手池"}},
    {"washing machine", {"洗衣机"}},
    {"trash can", {"垃圾桶"}},
    {"trash bin", {"垃圾桶"}},
    {"bin", {"垃圾桶", "箱子"}},
    {"garbage can", {"垃圾桶"}},
    {"pallet", {"托盘", "栈板"}},
    {"tray", {"托盘"}},
    {"cart", {"推车", "手推车"}},
    {"trolley", {"推车"}},
    {"station", {"站", "工位"}},
    {"reception", {"前台", "接待处"}},
    {"front desk", {"前台"}},
    {"home", {"起点", "家"}},
    {"start", {"起点"}},
    {"box", {"箱子", "盒子", "纸箱"}},
    {"crate", {"箱子", "板条箱"}},
    {"carton", {"纸箱"}},
    {"package", {"包裹"}},
    {"parcel", {"包裹"}},
    {"bag", {"袋子", "包"}},
    {"backpack", {"背包"}},
    {"basket", {"篮子"}},
    {"bottle", {"瓶子"}},
    {"water bottle", {"水瓶"}},
    {"cup", {"杯子"}},
    {"mug", {"杯子", "马克杯"}},
    {"glass", {"杯子", "玻璃杯"}},
    {"plate", {"盘子"}},
    {"bowl", {"碗"}},
    {"knife", {"刀", "刀子"}},
    {"fork", {"叉子"}},
    {"spoon", {"勺子"}},
    {"book", {"书"}},
    {"newspaper", {"报纸"}},
    {"letter", {"信"}},
    {"document", {"文件"}},
    {"paper", {"纸"}},
    {"pen", {"笔", "钢笔"}},
    {"pencil", {"铅笔"}},
    {"phone", {"手机", "电话"}},
    {"laptop", {"笔记本电脑"}},
    {"computer", {"电脑"}},
    {"keyboard", {"键盘"}},
    {"mouse", {"鼠标"}},
    {"screen", {"屏幕"}},
    {"remote", {"遥控器"}},
    {"remote control", {"遥控器"}},
    {"key", {"钥匙"}},
    {"lamp", {"灯", "台灯"}},
    {"light", {"灯"}},
    {"clock", {"钟", "时钟"}},
    {"pillow", {"枕头"}},
    {"blanket", {"毯子"}},
    {"towel", {"毛巾"}},
    {"shirt", {"衬衫"}},
    {"shoe", {"鞋子", "鞋"}},
    {"hat", {"帽子"}},
    {"umbrella", {"雨伞", "伞"}},
    {"ball", {"球"}},
    {"toy", {"玩具"}},
    {"apple", {"苹果"}},
    {"banana", {"香蕉"}},
    {"orange", {"橙子"}},
    {"bread", {"面包"}},
    {"milk", {"牛奶"}},
    {"coffee", {"咖啡"}},
    {"tea", {"茶"}},
    {"water", {"水"}},
    {"plant", {"植物"}},
    {"flower", {"花"}},
    {"tree", {"树"}},
    {"toolbox", {"工具箱"}},
    {"tool", {"工具"}},
    {"hammer", {"锤子"}},
    {"screwdriver", {"螺丝刀"}},
    {"wrench", {"扳手"}},
    {"drill", {"钻头", "电钻"}},
    {"gear", {"齿轮"}},
    {"screw", {"螺丝"}},
    {"bolt", {"螺栓"}},
    {"part", {"零件"}},
    {"pipe", {"管子"}},
    {"cable", {"电缆"}},
    {"battery", {"电池"}},
    {"fire extinguisher", {"灭火器"}},
    {"first aid kit", {"急救箱"}},
    {"form", {"表格"}},
    {"ticket", {"票"}},
    {"card", {"卡片", "卡"}},
    {"wallet", {"钱包"}},
    {"fountain", {"喷泉"}},
    {"lawn", {"草坪"}},
    {"camera", {"相机", "摄像头"}},
    {"robot", {"机器人"}},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kColours = {{
    {"red", "红"},
    {"blue", "蓝"},
    {"green", "绿"},
    {"yellow", "黄"},
    {"white", "白"},
    {"black", "黑"},
    {"orange", "橙"},
    {"brown", "棕"},
    {"grey", "灰"},
    {"gray", "灰"},
    {"pink", "粉"},
    {"purple", "紫"},
}};

/// Letters in lower case without what parts them: "work bench" and "workbench" are one noun.
std::string plain(std::string_view name) {
  std::string text;
  for (const Token& token : tokenize(name)) text += token.text;
  return text;
}

std::vector<std::string> chinese_of(const std::string& noun_en) {
  std::vector<std::string> words;
  for (const Noun& noun : kNouns)
    if (plain(noun.en) == noun_en)
      for (const std::string_view zh : noun.zh)
        if (!zh.empty()) words.emplace_back(zh);
  return words;
}

/// "red ball" is 红球, 红色球, 红色的球.
std::vector<std::string> chinese_of_coloured(const std::string& name) {
  std::vector<std::string> words;
  for (const auto& [en, zh] : kColours) {
    if (name.rfind(en, 0) != 0) continue;
    for (const std::string& noun : chinese_of(name.substr(en.size())))
      for (const char* joint : {"", "色", "色的", "的"})
        words.push_back(std::string(zh) + joint + noun);
  }
  return words;
}

bool has_han(const std::string& name) {
  const std::vector<Token> tokens = tokenize(name);
  return std::any_of(tokens.begin(), tokens.end(),
                     [](const Token& token) { return token.kind == TokenKind::kHan; });
}

}  // namespace

std::vector<std::string> translations_of(const world::Names& names) {
  std::vector<std::string> all = names.en;
  all.insert(all.end(), names.zh.begin(), names.zh.end());
  all.push_back(names.id);
  const bool has_chinese = std::any_of(all.begin(), all.end(), has_han);
  const bool has_english = !std::all_of(all.begin(), all.end(), has_han);
  if (has_chinese && has_english) return {};

  std::vector<std::string> translations;
  for (const std::string& name : all) {
    const std::string word = plain(name);
    if (has_english)
      for (const auto& words : {chinese_of(word), chinese_of_coloured(word)})
        translations.insert(translations.end(), words.begin(), words.end());
    if (has_chinese)
      for (const Noun& noun : kNouns)
        if (std::find(noun.zh.begin(), noun.zh.end(), word) != noun.zh.end())
          translations.emplace_back(noun.en);
  }
  return translations;
}

}  // namespace longmen::agent
