#include "agent/lexicon.h"

#include <optional>

namespace longmen::agent {
namespace {

// ---- clauses beyond single skills ----

struct CompoundPhrase {
  Meaning meaning;
  Phrase phrase;
};

constexpr CompoundPhrase kCompounds[] = {
    {Meaning::kTransport,
     {"(take|bring|carry|move|transport|deliver|transfer|fetch|get|haul|pick up) {object} "
      "[from|off|out of] "
      "[over|back|across] (to|onto|into|over to) {place}"}},
    {Meaning::kTransport,
     {"(take|bring|carry|move|transport|deliver|transfer|fetch|get|haul|pick up|put|place) "
      "{object} (from|off|out of) "
      "{source} [and] [put it|place it|bring it|take it|carry it|over|back|across] "
      "(to|onto|into|on|in|at|over to|on top of) {place}"}},
    {Meaning::kTransport,
     {"(take|bring|carry|move|transport|deliver|transfer|fetch|haul) {object} (from|off) {source} "
      "{there}"}},
    {Meaning::kTransport, {"(take|bring|carry|move) {object} [over] {there}"}},
    {Meaning::kBring,
     {"(take|bring|carry|deliver|fetch|get) {object} [(from|off|out of) {source}] [over] to "
      "{person}"}},
    {Meaning::kBring, {"(bring|fetch|get|take) {person} {object} [(from|off|out of) {source}]"}},
    {Meaning::kWalkFromTo,
     {"(walk|go|move|head|travel) from {source} [over|back|across] to {place}"}},
    {Meaning::kWalkVia,
     {"(walk|go|move|head|travel) [over] to {place} (via|by way of|passing by) {source}"}},

    {Meaning::kTransport,
     {"(把|将){object}(搬|拿|运|移|带|送|挪|取|搬运|移动|运送|搬去|拿去|送去|转移|抱)(到|去|至|往|"
      "回|回到|到了){place}[去|来]"}},
    {Meaning::kTransport,
     {"(把|将){object}从{source}(搬|拿|运|移|带|送|挪|取|搬运|移动|运送|转移|放|抱)(到|去|至|往|回|"
      "回到){place}[去|来]"}},
    {Meaning::kTransport,
     {"从{source}(把|将){object}(搬|拿|运|移|带|送|挪|取|搬运|移动|运送|转移|放|抱)(到|去|至|往|回|"
      "回到){place}[去|来]"}},
    {Meaning::kTransport, {"(搬|搬运|运|运送|移动|拿|带|送){object}(到|去|至|往){place}[去]"}},
    {Meaning::kTransport,
     {"从{source}(搬|搬运|运|运送|移动|拿|取|带){object}(到|去|至|往){place}[去]"}},
    {Meaning::kTransport, {"(搬|搬运|运|运送|移动){object}从{source}(到|去|至|往){place}[去]"}},
    {Meaning::kBring, {"(把|将){object}(拿|送|带|搬|取|拿来|送去|拿去|端)给{person}"}},
    {Meaning::kBring,
     {"(把|将){object}(拿|送|带|搬)(到|去){person}(那里|那儿|那边|身边|手里|跟前|面前)"}},
    {Meaning::kBring, {"(把|将){object}从{source}(拿|送|带|搬|取)给{person}"}},
    {Meaning::kBring, {"从{source}(把|将){object}(拿|送|带|搬|取)给{person}"}},
    {Meaning::kBring, {"从{source}(拿|送|带|取|搬){object}给{person}"}},
    {Meaning::kBring, {"(拿|送|带|取|搬){object}给{person}"}},
    {Meaning::kBring, {"(给|为|替|帮){person}(拿|送|带|取|搬)[来|去|过去]{object}"}},
    {Meaning::kWalkFromTo,
     {"从{source}(走|走路|移动|去|出发去|出发到|出发走)(到|去|至|往|){place}[去|来]"}},
    {Meaning::kWalkVia, {"(经过|途经|经|通过){source}[再](走到|去|到|前往|走){place}"}},

    // the object or the verb is left out where it goes on from the clause before
    {Meaning::kTransport, {"(放|搁|摆|放置|搬|拿|运|送|带)(到|在|回|进|上|于|去|至){place}[去]"}},
    {Meaning::kBring, {"(拿|交|递|送|带|搬|端)给{person}"}},

    {Meaning::kBeAt, {"(at|by) {place}", "", true}},
    {Meaning::kBeAt, {"(在|站在|待在|停在){place}", "", true}},
    {Meaning::kWaitBefore, {"(after|in) {duration_s}"}},
    {Meaning::kWaitBefore, {"(过|再过|等过|隔){duration_s}[之后|以后|后]"}},
    {Meaning::kWaitBefore, {"{duration_s}(之后|以后|后)"}},

    {Meaning::kRepeat, {"(do|repeat) (it|that|this|the same) [again|once more|one more time]"}},
    {Meaning::kRepeat, {"(again|once more|one more time|repeat)"}},
    {Meaning::kRepeat, {"(再来|再做|重复|再重复|重做)(一次|一遍|一下|一回)"}},
};

// ---- what can only be forbidden ----

struct ForbiddingPhrase {
  Phrase phrase;
  std::span<const SkillId> forbidden;
};

constexpr SkillId kHandling[] = {SkillId::kPickUp, SkillId::kPlace, SkillId::kHandOver};
constexpr SkillId kSpeaking[] = {SkillId::kSay};
constexpr SkillId kWalking[] = {SkillId::kWalkTo};
constexpr SkillId kTurning[] = {SkillId::kTurn};
constexpr SkillId kMoving[] = {SkillId::kWalkTo, SkillId::kTurn,  SkillId::kPointAt, SkillId::kWave,
                               SkillId::kPickUp, SkillId::kPlace, SkillId::kHandOver};
constexpr SkillId kPointing[] = {SkillId::kPointAt};

constexpr ForbiddingPhrase kForbidding[] = {
    {{"(touch|grab|take|pick up|move|lift) (anything|any of them|any of it|any object|any "
      "objects|a thing|it|them)"},
     kHandling},
    {{"(touch|handle) {object}"}, kHandling},
    {{"(碰|触碰|摸|动|拿|触摸)(任何东西|任何物品|东西|什么|任何|)[{object}]"}, kHandling},
    {{"(say anything|say a word|say a thing|speak|talk|make a sound|make noise|make any noise|make "
      "a noise)"},
     kSpeaking},
    {{"(说话|出声|讲话|说任何话|说什么|发出声音|开口)"}, kSpeaking},
    {{"(move|budge|do anything|do that|do this|do it)"}, kMoving},
    {{"(动|移动|乱动|走动|做任何事|做任何动作|做)"}, kMoving},
    {{"(walk|go|walk away|leave|go away|walk anywhere|go anywhere|walk off)"}, kWalking},
    {{"(走|走开|离开|走路|行走|走远|乱走)"}, kWalking},
    {{"(turn|rotate|turn anywhere)"}, kTurning},
    {{"(转|转动|旋转|乱转)"}, kTurning},
    {{"(point|point at anything|point at anyone|point at anybody)"}, kPointing},
    {{"(run|jump|dance|fall|fall over|hurry|rush|fly)"}, {}},
    {{"(跑|跳|跳舞|摔倒|跌倒|着急|飞)"}, {}},
};

struct EllipticPhrase {
  SkillId skill;
  Phrase phrase;
};

constexpr EllipticPhrase kElliptic[] = {
    {SkillId::kWalkTo, {"[back] [to|over to] {place}"}},
    {SkillId::kWalkTo, {"(到|去|回|回到|){place}[去]"}},
    {SkillId::kPointAt, {"[at|to|towards] {target}"}},
    {SkillId::kPointAt, {"(向|朝|对|){target}"}},
    {SkillId::kTurn, {"[to] [the] {side} [by] {angle_deg}"}},
    {SkillId::kTurn, {"[by] {angle_deg} [to] [the] {side}"}},
    {SkillId::kTurn, {"[向|往|朝]{side}[转]{angle_deg}"}},
    {SkillId::kTurn, {"[to] [the] {side}", "angle_deg=90", true}},
    {SkillId::kTurn, {"[向|往|朝]{side}", "angle_deg=90", true}},
    {SkillId::kSay, {"{quote}"}},
    {SkillId::kPickUp, {"{object}"}},
    {SkillId::kWave, {"(to|at) {who}"}},
};

// ---- words before a clause ----

struct LeadWords {
  std::string_view pattern;
  bool is_request = false;
  bool wants_gerund = false;
  bool is_negation = false;
  bool wants_main = false;
  bool runs_after_main = false;
  bool wants_after_word = false;
};

constexpr LeadWords kLeads[] = {
    // order
    {"(first|firstly|first of all|to begin with|to start "
     "with|second|secondly|third|thirdly|then|next|"
     "finally|lastly|at last|after that|afterwards|also|just|simply|now|right "
     "now|immediately|again|once more|"
     "only|instead|and|last of all|as a first step|in the end|subsequently|both)"},
    {"(start|begin|finish|end) (by|with)", false, true},
    {"(先|首先|第一|第一步|其次|第二|第二步|第三|第三步|第四|第四步|然后|接着|接下来|再|最后|最终|"
     "随后|之后|现在|马上|立刻|立即|"
     "再次|又|也|还要|还|只|就|便|只要|只需|只需要|仅|最后再|然后再|接着再|再去|而是|请先|先去|"
     "步骤一|步骤二|步骤三)"},
    // politeness
    {"(please|kindly|pls|plz)"},
    {"(can|could|would|will|won't|can't|couldn't) you "
     "[please|kindly|possibly|maybe|perhaps|just|now]",
     true},
    {"you (can|could|may|might) [please|now]"},
    {"(would|do) you mind", true, true},
    {"would you be so (kind|good) as to", true},
    {"(be so kind as to|be so good as to|be kind enough to|do me a favor and|do me a favour and|do "
     "me a favor|do me a "
     "favour)"},
    {"(i want|i need|i would like|i'd like|i wish|i ask|i am asking|i'm asking|i order|i command|i "
     "beg|i'd love|i would love) "
     "you to"},
    {"(i want|i need|i would like|i'd like) (the robot|it|longmen) to"},
    {"(you should|you must|you have to|you need to|you ought to|you are to|you will|you "
     "shall|you'll)"},
    {"(the robot|robot) (should|must|shall|has to|needs to)"},
    {"(it would be (nice|great|good|kind|lovely) if you (could|would)|i would appreciate it if you "
     "(could|would)|i'd "
     "appreciate it if you (could|would)|i would be grateful if you (could|would)|if you could|if "
     "you would|if you don't "
     "mind|if you please|may i ask you to|might i ask you to|can i ask you to|could i ask you to|i "
     "was wondering if you "
     "could|can i get you to|could i get you to)",
     true},
    {"(let's|let us|let me see you|make sure to|be sure to|make sure you|be sure you|remember "
     "to|don't forget to|do not "
     "forget to|try to|go ahead and|go ahead|go and|come and|go|your task is to|your job is to|the "
     "task is to|your goal is "
     "to|i'd be glad if you would|feel free to|your next task is to|the goal is to|proceed to)"},
    {"(ok|okay|hey|hello|hi|alright|all right|well|so|right|good|great|fine|yes|sure|good "
     "morning|good afternoon|good "
     "evening|hey there|hello there|excuse me|listen) [robot|longmen|there]"},
    {"(robot|longmen|dear robot|mister robot|mr robot|my friend)"},
    {"(请|请你|请您|麻烦|麻烦你|麻烦您|麻烦你了|劳驾|劳驾您|拜托|拜托你|烦请|有劳|有请|恳请|务必|"
     "记得|记住|一定要|尽量)"},
    {"(帮我|帮忙|帮个忙|帮一下忙|帮帮我|帮一下|帮助我|帮我们|给我|替我|为我|帮我个忙|帮忙一下)"},
    {"(我想|我要|我想要|我希望|我需要|我请|我想请|我要求|我命令|希望|需要|我想让|我要让|让)(你|您|"
     "机器人|它)"},
    {"(你|您)(应该|必须|得|要|需要|该|来|先|给我|去|现在|马上|可以先|就|帮我)"},
    {"(能不能|能否|可不可以|可否|是否可以|能不能够|可以不可以|愿不愿意|能不能请你|可不可以请你|能|"
     "能够|可以|可以帮我|能帮我|方便)",
     true},
    {"(你|您)(能不能|能否|可不可以|可否|能|能够|可以|是否可以|愿意|愿不愿意|方便)", true},
    {"(你|您)"},
    {"(机器人|龙门|小龙|喂|嗨|你好|您好|好的|好|好了|那么|那|哎|嘿|小机器人|青龙)"},
    {"(去|过去|过来|来|开始|赶快去|动身|上前|前去|试着|试试|尝试|走过去|任务是|你的任务是|接下来请|"
     "继续|再去|再来|自己)"},
    {"(first|then|next|finally) (i want you to|i'd like you to|please)"},
    // prohibition
    {"(don't|do not|dont|never|you must not|you mustn't|you should not|you shouldn't|you may "
     "not|you can not|you can't|you "
     "cannot|must not|mustn't|do n't|don't you dare|don't ever|do not ever|please don't|under no "
     "circumstances|no need "
     "to|you need not|you needn't|you don't need to|you don't have to|you do not have to|you do "
     "not need to|there is no need "
     "to|i don't want you to|i do not want you to|not|not to|make sure not to|be sure not to|be "
     "careful not to|try not to|"
     "make sure you don't|make sure you do not|it is forbidden to|you are not allowed to|you're "
     "not allowed to|you are "
     "forbidden to|refuse to|cannot|can not)",
     false, false, true},
    {"(avoid|refrain from|without|no|not|instead of|rather than|keep from|abstain from)", false,
     true, true},
    {"(不要|别|不用|不必|无需|无须|不准|不许|禁止|严禁|勿|请勿|切勿|不得|不可以|不能|千万别|"
     "千万不要|不需要|不应该|不该|可别|不可|甭|"
     "绝不要|绝对不要|绝不能|永远不要|不|没必要|没有必要|用不着|你不能|你不要|你别|你不用|你不可以|"
     "我不想让你|我不希望你|我不要你|"
     "先别|先不要|不要再|别再|并不要|而不要|不是)(去|再|)",
     false, false, true},
    // one clause before or after another
    {"(after|once|as soon as) (you|you have)", false, false, false, true},
    {"(after|upon|on|once done|when done)", false, true, false, true},
    {"before you", false, false, false, true, true},
    {"before", false, true, false, true, true},
    {"(prior to|ahead of)", false, true, false, true, true},
    {"(在|等|等你|当你|待|等到|当)", false, false, false, true, false, true},
};

// ---- words after a clause ----

struct TailWords {
  std::string_view pattern;
  bool is_request = false;
  bool is_there = false;
  bool needs_request = false;
};

constexpr TailWords kTails[] = {
    {"(please|pls|plz|thanks|thank you|many thanks|thank you very much|thank you so much|thanks a "
     "lot|thx|cheers)"},
    {"(for me|for us|now|right now|right away|at once|immediately|straight away|as "
     "well|too|again|once more|instead|next|"
     "then|afterwards|one more time|at your convenience|when you are ready|whenever you are "
     "ready|also|finally|only|robot|"
     "after that|ok|okay|in place|on the spot|by yourself)"},
    {"(there|over there|from there|在那里|在那儿|那里|那儿)", false, true},
    {"(will you|would you|could you|can you|won't you|would you please|could you please|if you "
     "please|if you don't mind|if you "
     "would|if you could|if possible|if you can|all right|alright|ok|okay)",
     true},
    {"(谢谢|谢谢你|谢谢您|谢了|多谢|感谢|拜托|拜托了|拜托你了|辛苦了|麻烦你了|麻烦了|有劳了|劳驾)"},
    {"(吧|啊|哦|呀|啦|呢|了|一下|就行|就好|即可|就行了|就可以了|就好了|哈|嘛|哟|好了|喽|咯|一下吧|"
     "去|来|完毕)"},
    {"(好吗|好吧|好不好|可以吗|行吗|行不行|可以不|可不可以|好么|行么|能行吗|可以么|没问题吧|"
     "怎么样)",
     true},
    {"(吗|么)", false, false, true},
};

// ---- words between clauses ----

struct ConnectorWords {
  std::string_view pattern;
  Connector traits;
};

constexpr std::string_view kArrived =
    "(once|when|after|as soon as) (you (get|arrive|are|have arrived|'re|reach|have reached) "
    "(there|it|that)|you've arrived|you "
    "arrive|you have arrived|you are done|you're done|you have done (that|so|this|it)|you've done "
    "(that|so|this|it)|you have "
    "finished|you finish|you are finished|you're finished|that|that is done|this is done|this|it "
    "is done|done|doing (that|so|this)|"
    "finished|arriving [there]|getting there|finishing|arrival)";

Connector traits(bool mark, bool contrast = false) {
  Connector connector;
  connector.is_mark = mark;
  connector.is_contrast = contrast;
  return connector;
}

std::vector<ConnectorWords> connector_words() {
  std::vector<ConnectorWords> words;
  const Connector plain = traits(false);
  words.push_back({"(,)", traits(true)});
  words.push_back({"(.|;|!|:)", traits(true, true)});
  words.push_back(
      {"(and|and then|then|after "
       "that|afterwards|afterward|next|subsequently|thereafter|finally|lastly|at last|"
       "at the end|in the end|also|as well as|and also|and finally|and next|plus|in "
       "addition|following that|"
       "last|last of all|later|and after that|whereupon|upon which|from there|there|now)",
       plain});
  words.push_back({kArrived, plain});
  words.push_back(
      {"(然后|接着|接下来|之后|随后|再|最后|并|并且|而且|和|以及|后|以后|紧接着|其次|还要|还有|"
       "跟着|另外|此外|同样|最终|继而|"
       "再接着|然后再|接着再|最后再|完成后|完成之后|到了以后|到了之后|到了后|到达后|到达之后|到后|"
       "做完|做完后|结束后|随即|"
       "过后|顺便|外加|加上|与|及|跟|就|便|这之后|在这之后|在此之后|此后|在那之后|以后再|之后再|"
       "后再|并在那里|在那里|在那儿|"
       "到那里后|到那里之后|到那儿后|到了那里|到了那里之后|到了那里后|到那边后)",
       plain});
  Connector after_word = plain;
  after_word.is_after_word = true;
  words.push_back({"[了|完|完了](之后|以后|后)[再|就|便|,再|,就|,然后|,请|,]", after_word});
  words.push_back({"完[了](就|再|然后|,)", after_word});
  words.push_back(
      {"(but|however|but then|but instead|but rather|just|but only|except|yet|only|instead|rather)",
       traits(false, true)});
  words.push_back(
      {"(但|但是|不过|可是|可|却|而|只是|而是|只|只要|只需|只需要|应该)", traits(false, true)});

  Connector question = traits(true, true);
  question.is_question = true;
  words.push_back({"?", question});

  Connector before_gerund = plain;
  before_gerund.next_is_gerund = true;
  words.push_back(
      {"(before|followed by|prior to|and then start|then start|and start|and continue by|and "
       "finish by|ending with)",
       before_gerund});
  words.push_back({"before you", plain});

  Connector after_gerund = before_gerund;
  after_gerund.swaps = true;
  words.push_back({"(after|preceded by|after first)", after_gerund});
  Connector after_base = plain;
  after_base.swaps = true;
  words.push_back(
      {"(after you|once you|but first|but before that|but before this|before that|but beforehand|, "
       "but first|after you "
       "first|after you have first)",
       after_base});
  words.push_back(
      {"(之前|以前|前先|之前先|之前要先|之前请先|以前先|前请先|前要先|之前,先|之前,|之前,请先|之前,"
       "请|以前,先|以前,)",
       after_base});

  Connector without = plain;
  without.next_is_gerund = true;
  without.next_is_negated = true;
  words.push_back(
      {"(without|and avoid|but avoid|while not|and not|but not|instead of|rather than)", without});
  Connector not_base = plain;
  not_base.next_is_negated = true;
  words.push_back({"(instead of|rather than|and not|but not|not|而不是|而非|不是|并非)", not_base});

  Connector alternative = plain;
  alternative.is_alternative = true;
  words.push_back({"(or|nor|or to|或|或者)", alternative});
  return words;
}

// ---- closed classes ----

constexpr std::string_view kEveryone =
    "(everyone|everybody|all|all of them|all of us|all the people|the people|people|them|everyone "
    "here|them all|us|the crowd|the "
    "audience|the others|"
    "the group|the room|the "
    "team|大家|所有人|他们|她们|人们|我|我们|咱们|各位|观众|众人|每个人|全体|大伙|每一个人|"
    "在场的人|me)";
/// What may stand around the name of a place without changing which place it is.
constexpr std::string_view kPlaceBefore =
    "[in front of|the front of|the area of|the side of|next to|beside|near|where|the place of|the "
    "location of|the place called|"
    "the place named]";
constexpr std::string_view kPlaceAfter =
    "[那里|那儿|那边|旁边|旁|跟前|面前|前面|前边|前方|的前面|的旁边|前|边上|边|附近|处|的位置|位置|"
    "所在的位置|的地方|上|上面|上边|的上面|里|"
    "里面|这里|这边|那|area|location|over there|that is there|is]";
constexpr std::string_view kLocated =
    "[that is|which is|that 's|lying|standing] (on|at|in|on top of|by|next to|near|beside)";
constexpr std::string_view kLocatedBefore =
    "[上|上面|里|里面|那里|那边|旁边|边上|处](的|那个|的那个|这个|的这个)";
constexpr std::string_view kLeft =
    "(left|leftward|leftwards|left hand side|left side|counterclockwise|counter "
    "clockwise|anticlockwise|anti clockwise|左|左边|左侧|左手|"
    "左手边|左面|左方|逆时针|逆时针方向|反时针|左边的方向)";
constexpr std::string_view kRight =
    "(right|rightward|rightwards|right hand side|right "
    "side|clockwise|右|右边|右侧|右手|右手边|右面|右方|顺时针|顺时针方向|右边的方向)";

/// Verbs that no skill has. Unquoted words to say must not run over them.
constexpr std::string_view kOtherVerbs[] = {
    "fly",    "jump",      "dance",  "run",      "open",    "close",  "push",   "pull",
    "climb",  "sit",       "cook",   "clean",    "throw",   "kick",   "sing",   "look",
    "see",    "find",      "follow", "shut",     "press",   "hug",    "shake",  "nod",
    "bow",    "crawl",     "kneel",  "lie",      "attack",  "hit",    "break",  "destroy",
    "ignore", "disregard", "forget", "override", "disable", "enable", "delete", "execute",
    "charge", "drink",     "eat",    "跳",       "飞",      "跑",     "打开",   "关",
    "开",     "推",        "拉",     "踢",       "坐",      "唱",     "看",     "找",
    "跟",     "握",        "点头",   "鞠躬",     "扔",      "忽略",   "无视",   "打",
    "爬"};

// ---- what is asked for and not read ----

constexpr std::string_view kQuestionWords[] = {
    "where",  "what",   "why",  "how",  "who",    "whose", "which", "is",   "are",
    "am",     "was",    "were", "does", "did",    "has",   "have",  "may",  "should",
    "哪里",   "哪儿",   "在哪", "什么", "为什么", "怎么",  "谁",    "几点", "多少",
    "是不是", "有没有", "何时", "哪个", "哪一个", "?",     "吗",    "是否"};
constexpr std::string_view kConditionWords[] = {
    "if",         "unless",   "until",      "till",       "when",     "whenever",  "once",
    "in case",    "provided", "as soon as", "as long as", "assuming", "otherwise", "else",
    "every time", "如果",     "要是",       "假如",       "假设",     "除非",      "直到",
    "一旦",       "万一",     "的时候",     "的话",       "只要",     "当",        "否则",
    "每当",       "倘若",     "若"};
constexpr std::string_view kChoiceWords[] = {"or", "either", "whichever", "或者",
                                             "或", "还是",   "要么",      "任选"};
constexpr std::string_view kTogetherWords[] = {"while",          "at the same time",
                                               "simultaneously", "meanwhile",
                                               "during",         "as you",
                                               "一边",           "同时",
                                               "边走边",         "一面"};
constexpr std::string_view kMannerWords[] = {
    "slowly",  "slow",   "quickly", "quick",  "fast",     "faster",   "slower",    "carefully",
    "careful", "gently", "quietly", "loudly", "sideways", "backward", "backwards", "tiptoe",
    "run",     "慢慢",   "慢",      "快速",   "快",       "快点",     "小心",      "轻轻",
    "赶紧",    "缓慢",   "大声",    "小声",   "悄悄",     "倒着",     "跑"};
constexpr std::string_view kDistanceWords[] = {
    "m",    "meter",      "meters",  "metre",    "metres", "cm",    "centimeter", "centimeters",
    "feet", "foot",       "inch",    "inches",   "step",   "steps", "mile",       "miles",
    "km",   "kilometers", "forward", "forwards", "ahead",  "back",  "米",         "厘米",
    "公里", "步",         "前进",    "后退",     "往前",   "向前",  "往后",       "向后"};
constexpr std::string_view kVagueWords[] = {
    "few",       "several",  "some",      "moment",     "while",       "couple", "bit",
    "something", "anything", "somewhere", "someone",    "everywhere",  "around", "几秒",
    "几分钟",    "几次",     "一会",      "一点",       "随便",        "某",     "一些",
    "一下",      "到处",     "什么的",    "all places", "every place", "几下"};
constexpr std::string_view kOverrideWords[] = {
    "ignore",        "disregard", "override",     "bypass",         "jailbreak",
    "system prompt", "system",    "instructions", "developer mode", "sudo",
    "disable",       "admin",     "root",         "forget all",     "previous",
    "pretend",       "act as",    "you are now",  "safety",         "emergency stop",
    "忽略",          "无视",      "绕过",         "系统提示",       "越狱",
    "之前的指令",    "以上指令",  "关闭安全",     "安全规则",       "解除",
    "扮演",          "管理员",    "指令"};

constexpr UnreadableWords kUnreadable[] = {
    {Unreadable::kOverride, kOverrideWords}, {Unreadable::kCondition, kConditionWords},
    {Unreadable::kChoice, kChoiceWords},     {Unreadable::kTogether, kTogetherWords},
    {Unreadable::kQuestion, kQuestionWords}, {Unreadable::kVague, kVagueWords},
    {Unreadable::kDistance, kDistanceWords}, {Unreadable::kManner, kMannerWords},
};

constexpr PronounWord kPronouns[] = {
    {"it", Pronoun::kThing},
    {"that", Pronoun::kThing},
    {"this", Pronoun::kThing},
    {"them", Pronoun::kThing},
    {"that one", Pronoun::kThing},
    {"that thing", Pronoun::kThing},
    {"它", Pronoun::kThing},
    {"那个", Pronoun::kThing},
    {"这个", Pronoun::kThing},
    {"那个东西", Pronoun::kThing},
    {"该物品", Pronoun::kThing},
    {"there", Pronoun::kPlace},
    {"over there", Pronoun::kPlace},
    {"that place", Pronoun::kPlace},
    {"that location", Pronoun::kPlace},
    {"that spot", Pronoun::kPlace},
    {"那里", Pronoun::kPlace},
    {"那儿", Pronoun::kPlace},
    {"那边", Pronoun::kPlace},
    {"该处", Pronoun::kPlace},
    {"那个地方", Pronoun::kPlace},
    {"here", Pronoun::kHere},
    {"这里", Pronoun::kHere},
    {"这儿", Pronoun::kHere},
    {"him", Pronoun::kPerson},
    {"her", Pronoun::kPerson},
    {"them", Pronoun::kPerson},
    {"他", Pronoun::kPerson},
    {"她", Pronoun::kPerson},
    {"that person", Pronoun::kPerson},
    {"那个人", Pronoun::kPerson},
    {"me", Pronoun::kSpeaker},
    {"us", Pronoun::kSpeaker},
    {"myself", Pronoun::kSpeaker},
    {"我", Pronoun::kSpeaker},
    {"我们", Pronoun::kSpeaker},
    {"我这里", Pronoun::kSpeaker},
    {"我这儿", Pronoun::kSpeaker},
};

}  // namespace

Result<Lexicon> Lexicon::create() {
  Lexicon lexicon;
  std::optional<Error> error;
  const auto compile = [&](std::string_view text) {
    auto pattern = compile_pattern(text);
    if (!pattern && !error) error = pattern.error();
    return pattern ? std::move(*pattern) : Pattern{};
  };

  for (const Skill& skill : skill_catalogue())
    for (const auto phrases : {skill.phrases_en, skill.phrases_zh})
      for (const Phrase& phrase : phrases)
        lexicon.clauses_.push_back({Meaning::kSkill, &skill, &phrase, compile(phrase.pattern), {}});
  for (const CompoundPhrase& compound : kCompounds)
    lexicon.clauses_.push_back(
        {compound.meaning, nullptr, &compound.phrase, compile(compound.phrase.pattern), {}});
  for (const ForbiddingPhrase& forbidding : kForbidding)
    lexicon.clauses_.push_back({Meaning::kForbidOnly, nullptr, &forbidding.phrase,
                                compile(forbidding.phrase.pattern), forbidding.forbidden});
  for (const EllipticPhrase& elliptic : kElliptic)
    lexicon.elliptic_.push_back({Meaning::kSkill,
                                 &skill(elliptic.skill),
                                 &elliptic.phrase,
                                 compile(elliptic.phrase.pattern),
                                 {}});
  for (const LeadWords& words : kLeads)
    lexicon.leads_.push_back({compile(words.pattern), words.is_request, words.wants_gerund,
                              words.is_negation, words.wants_main, words.runs_after_main,
                              words.wants_after_word});
  for (const TailWords& words : kTails)
    lexicon.tails_.push_back(
        {compile(words.pattern), words.is_request, words.is_there, words.needs_request});
  for (const ConnectorWords& words : connector_words()) {
    Connector connector = words.traits;
    connector.pattern = compile(words.pattern);
    lexicon.connectors_.push_back(std::move(connector));
  }
  lexicon.everyone_ = compile(kEveryone);
  lexicon.place_before_ = compile(kPlaceBefore);
  lexicon.place_after_ = compile(kPlaceAfter);
  lexicon.located_ = compile(kLocated);
  lexicon.located_before_ = compile(kLocatedBefore);
  lexicon.at_place_ = compile("(at|by|in front of|near|next to|beside) {place}");
  lexicon.left_ = compile(kLeft);
  lexicon.right_ = compile(kRight);

  for (const std::string_view verb : kOtherVerbs) lexicon.other_verbs_.push_back(compile(verb));
  if (error) return tl::make_unexpected(*error);
  return lexicon;
}

std::span<const UnreadableWords> unreadable_words() { return kUnreadable; }
std::span<const PronounWord> pronoun_words() { return kPronouns; }

}  // namespace longmen::agent
