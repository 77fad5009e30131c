#include "world/world.h"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <fstream>
#include <numbers>
#include <sstream>

#include "core/random.h"

namespace longmen::world {
namespace {

const std::filesystem::path kWorldFolders = std::filesystem::path(LONGMEN_SOURCE_DIR) / "worlds";

std::string factory_text() {
  std::ifstream stream(kWorldFolders / "factory" / "world.yaml");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string with(std::string text, const std::string& old_words, const std::string& new_words) {
  const std::size_t at = text.find(old_words);
  EXPECT_NE(at, std::string::npos) << old_words;
  return text.replace(at, old_words.size(), new_words);
}

double distance_to_body(const Eigen::Vector2d& p, const Body& body) {
  const Eigen::Vector2d half = 0.5 * body.size_m.head<2>();
  return ((p - body.p_W_m).cwiseAbs() - half).cwiseMax(0.0).norm();
}

class ShippedWorld : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, ShippedWorld, testing::Values("factory", "bank", "park"));

TEST_P(ShippedWorld, IsReadWithPlacesObjectsAndPeople) {
  const auto world = load_world(kWorldFolders / GetParam());
  ASSERT_TRUE(world) << world.error().text();
  EXPECT_EQ(world->name, GetParam());
  EXPECT_GE(world->places.size(), 6u);
  EXPECT_GE(world->objects.size(), 2u);
  EXPECT_GE(world->people.size(), 1u);
}

/// Way points straight to the place will do only if nothing stands in between.
TEST_P(ShippedWorld, TheStraightLineBetweenAnyTwoPlacesIsFree) {
  constexpr double kClearance_m = 0.35;
  const World world = load_world(kWorldFolders / GetParam()).value();
  std::vector<Eigen::Vector2d> stands = {world.spawn.p_WB_m};
  for (const Place& place : world.places) stands.push_back(place.stand->p_WB_m);
  for (const Eigen::Vector2d& a : stands)
    for (const Eigen::Vector2d& b : stands)
      for (double share = 0.0; share <= 1.0; share += 0.01) {
        const Eigen::Vector2d p = a + share * (b - a);
        for (const Place& place : world.places)
          if (place.body) {
            ASSERT_GT(distance_to_body(p, *place.body), kClearance_m)
                << place.names.id << " at " << p.transpose();
          }
        for (const Zone& zone : world.zones)
          ASSERT_FALSE(zone.kind == ZoneKind::kKeepOut && zone.contains(p))
              << zone.id << " at " << p.transpose();
        for (const Person& person : world.people)
          for (double time_s = 0.0; time_s < 60.0; time_s += 1.0)
            ASSERT_GT((person.position_at(time_s) - p).norm(), person.radius_m + 0.25)
                << person.names.id << " at " << p.transpose();
      }
}

TEST_P(ShippedWorld, ARobotAtAPlaceFacesIt) {
  const World world = load_world(kWorldFolders / GetParam()).value();
  for (const Place& place : world.places) {
    const Eigen::Vector2d to_point = place.faces_W_m->head<2>() - place.stand->p_WB_m;
    if (to_point.norm() < 0.1) continue;  // a place to stand on
    const Eigen::Vector2d heading(std::cos(place.stand->yaw_rad), std::sin(place.stand->yaw_rad));
    EXPECT_GT(heading.dot(to_point.normalized()), 0.99) << place.names.id;
  }
}

TEST_P(ShippedWorld, ARobotAtAPlaceCanTurnAboutWithoutComingNearAKeepOutZone) {
  // Half a metre of arm and hip, and the motion gate's warning distance.
  constexpr double kRoom_m = 0.75;
  constexpr int kDirections = 36;
  const World world = load_world(kWorldFolders / GetParam()).value();
  for (const Place& place : world.places)
    for (const Zone& zone : world.zones)
      for (int i = 0; place.stand && zone.kind == ZoneKind::kKeepOut && i < kDirections; ++i) {
        const Eigen::Rotation2Dd turned(2.0 * std::numbers::pi * i / kDirections);
        EXPECT_FALSE(zone.contains(place.stand->p_WB_m + turned * Eigen::Vector2d(kRoom_m, 0.0)))
            << place.names.id << " and " << zone.id;
      }
}

TEST(WorldFile, EachFaultIsOneErrorThatNamesItsPlace) {
  struct Fault {
    const char* old_words;
    const char* new_words;
    ErrorCode code;
    const char* names;
  };
  const Fault faults[] = {
      {"name: factory", "nam: factory", ErrorCode::kMissingKey, "name"},
      {"zones:", "zoness:", ErrorCode::kUnknownKey, "zoness"},
      {"at: shelf", "at: moon", ErrorCode::kUnknownName, "charging_station"},
      {"mass_kg: 3.0", "mass_kg: -3.0", ErrorCode::kInvalidArgument, "mass_kg"},
      {"mass_kg: 3.0", "mass_kg: .nan", ErrorCode::kInvalidArgument, "mass_kg"},
      {"[3.35, 0.3]", "[3.35]", ErrorCode::kInvalidArgument, "workbench"},
      {"[3.35, 0.3]", "[33.5, 0.3]", ErrorCode::kInvalidArgument, "floor"},
      {"[3.35, 0.3]", "[.inf, 0.3]", ErrorCode::kInvalidArgument, "workbench"},
      {"kind: slow", "kind: fast", ErrorCode::kUnknownName, "keep_out, slow"},
      {"names_en: [shelf,", "names_en: [workbench,", ErrorCode::kInvalidArgument, "both"},
      {"[[0, -3.6, -3.2], [3,", "[[0, -3.6, -3.2], [0,", ErrorCode::kInvalidArgument, "increase"},
      {"floor: {min_m: [-5, -4], max_m: [5, 4]}", "floor: {min_m: [5, -4], max_m: [-5, 4]}",
       ErrorCode::kInvalidArgument, "floor"},
      {"  shelf:\n", "  workbench:\n", ErrorCode::kInvalidArgument, "twice"},
      {"places:", "places: [", ErrorCode::kParse, "line"},
  };
  const std::string text = factory_text();
  for (const Fault& fault : faults) {
    const auto world = parse_world(with(text, fault.old_words, fault.new_words), "world.yaml");
    ASSERT_FALSE(world) << fault.new_words;
    EXPECT_EQ(world.error().code, fault.code) << world.error().text();
    EXPECT_NE(world.error().text().find(fault.names), std::string::npos) << world.error().text();
  }
}

TEST(WorldFile, AlteredTextNeverThrows) {
  const std::string text = factory_text();
  Random random(3);
  for (int trial = 0; trial < 300; ++trial) {
    std::string altered = text;
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random.next() % altered.size();
      if (random.next() % 2 == 0)
        altered[at] = static_cast<char>(random.next() % 128);
      else
        altered.erase(at, 1 + random.next() % 20);
    }
    const auto world = parse_world(altered, "altered");
    if (!world) {
      EXPECT_FALSE(world.error().text().empty());
    }
  }
}

TEST(FindWorld, AnUnknownNameListsTheKnownOnes) {
  EXPECT_EQ(find_world("bank", kWorldFolders).value(), kWorldFolders / "bank");
  EXPECT_EQ(find_world((kWorldFolders / "park").string(), kWorldFolders).value(),
            kWorldFolders / "park");
  for (const char* name : {"moon", "", "../worlds", "."}) {
    const auto folder = find_world(name, kWorldFolders);
    ASSERT_FALSE(folder) << name;
    EXPECT_NE(folder.error().text().find("bank, factory, park"), std::string::npos);
  }
}

TEST(Person, WalksItsPathAndBeginsAgain) {
  Person person;
  person.path = {{1.0, {0, 0}}, {3.0, {2, 0}}, {5.0, {0, 0}}};
  EXPECT_NEAR(person.position_at(0.0).x(), 0.0, 1e-12);
  EXPECT_NEAR(person.position_at(2.0).x(), 1.0, 1e-12);
  EXPECT_NEAR(person.position_at(4.0).x(), 1.0, 1e-12);
  EXPECT_NEAR(person.position_at(6.5).x(), 1.5, 1e-12);
}

TEST(Zone, ContainsWhatIsInsideItsCorners) {
  const Zone zone{"z", ZoneKind::kSlow, {{0, 0}, {2, 0}, {2, 1}, {1, 1}, {1, 2}, {0, 2}}};
  EXPECT_TRUE(zone.contains({0.5, 1.5}));
  EXPECT_TRUE(zone.contains({1.5, 0.5}));
  EXPECT_FALSE(zone.contains({1.5, 1.5}));
  EXPECT_FALSE(zone.contains({-0.1, 0.5}));
}

TEST(Facts, AreNamesOrRecords) {
  const auto world = parse_facts(
      R"({"places": ["kitchen", {"name": "table", "names_zh": "桌子", "surface_height_m": 0.7}],
          "objects": [{"name": "cup", "at": "table", "colour": "red"}], "people": ["Anna"]})",
      "facts.json");
  ASSERT_TRUE(world) << world.error().text();
  EXPECT_NE(world->place("kitchen"), nullptr);
  EXPECT_EQ(world->place("table")->names.first_zh(), "桌子");
  EXPECT_EQ(world->object("cup")->at, "table");
  EXPECT_NE(world->person("Anna"), nullptr);
  EXPECT_TRUE(parse_facts("{}", "facts.json"));
}

TEST(Facts, BadOnesAreOneError) {
  for (const char* text : {
           "",
           "[]",
           "{",
           "7",
           R"({"place": []})",
           R"({"places": "kitchen"})",
           R"({"places": [7]})",
           R"({"places": [""]})",
           R"({"places": [{}]})",
           R"({"places": ["a", "a"]})",
           R"({"places": [{"name": "a", "position_m": [1]}]})",
           R"({"places": [{"name": "a", "position_m": [1, 1e9]}]})",
           R"({"objects": [{"name": "a", "mass_kg": "heavy"}]})",
           R"({"people": ["a\u0007"]})",
           "{\"places\": [\"\xff\"]}",
       })
    EXPECT_FALSE(parse_facts(text, "facts.json")) << text;
}

TEST(World, NobodyStandsWithinAThing) {
  const auto inside = parse_world(
      with(factory_text(), "spawn: {position_m: [0, 0]", "spawn: {position_m: [4.3, 0.3]"), "w");
  ASSERT_FALSE(inside);
  EXPECT_EQ(inside.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(inside.error().text().find("workbench"), std::string::npos);
}

}  // namespace
}  // namespace longmen::world
