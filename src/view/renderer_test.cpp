#include "view/renderer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "view/toy_scene.h"

namespace longmen::view {
namespace {

constexpr RendererOptions kSmall{.width_px = 320, .height_px = 180, .quality = Quality::kFast};
const Camera kCamera{.eye_W = {-3, -1.5, 1.6}, .target_W = {0, 0, 0.8}, .field_of_view_deg = 45};

struct Count {
  int red = 0, green = 0, blue = 0;
};

Count count_colours(const Image& image) {
  Count count;
  for (int y = 0; y < image.height_px; ++y)
    for (int x = 0; x < image.width_px; ++x) {
      const std::uint8_t* p = image.at(x, y);
      if (p[0] > 60 + p[1] && p[0] > 60 + p[2]) ++count.red;
      if (p[1] > 60 + p[0] && p[1] > 60 + p[2]) ++count.green;
      if (p[2] > 60 + p[0] && p[2] > 60 + p[1]) ++count.blue;
    }
  return count;
}

Image draw(Renderer& renderer, const Pose& pose, const Camera& camera = kCamera) {
  Image image;
  const auto done = renderer.draw(pose, camera, image);
  EXPECT_TRUE(done) << done.error().text();
  return image;
}

TEST(Renderer, DrawsTheRobotWhereItIsAndNoCollisionShapes) {
  const auto model = toy::model();
  auto renderer = Renderer::create(*model, kSmall).value();
  const Image image = draw(renderer, toy::at(0, 0, 0));
  ASSERT_EQ(image.width_px, 320);
  ASSERT_EQ(image.height_px, 180);
  const Count count = count_colours(image);
  // 1.2 m x 0.5 m at 3.4 m, 45 degrees over 180 pixels: some 50 x 25 pixels and two balls.
  EXPECT_GT(count.red, 600);
  EXPECT_LT(count.red, 4000);
  EXPECT_GT(count.blue, 100);
  EXPECT_EQ(count.green, 0);
  // The camera aims at it: its middle is the picture's middle, and the right way up.
  const std::uint8_t* middle = image.at(160, 90);
  EXPECT_GT(middle[0], 60 + middle[1]);
  const std::uint8_t* bottom = image.at(160, 175);
  EXPECT_NEAR(bottom[0], bottom[2], 10) << "the floor is grey";
}

TEST(Renderer, APictureFollowsThePose) {
  const auto model = toy::model();
  auto renderer = Renderer::create(*model, kSmall).value();
  const Image here = draw(renderer, toy::at(0, 0, 0));
  Pose people_elsewhere = toy::at(0, 0, 0);
  people_elsewhere.mocap_pos = {-30, 0, 0.8};
  EXPECT_EQ(count_colours(draw(renderer, people_elsewhere)).blue, 0);
  EXPECT_EQ(count_colours(draw(renderer, toy::at(-30, 0, 0))).red, 0);
  EXPECT_EQ(draw(renderer, toy::at(0, 0, 0)).rgb, here.rgb) << "the same pose, the same picture";
}

TEST(Renderer, FinePicturesHaveSmoothEdges) {
  const auto model = toy::model();
  auto renderer =
      Renderer::create(*model, {.width_px = 320, .height_px = 180, .quality = Quality::kFine})
          .value();
  EXPECT_GT(count_colours(draw(renderer, toy::at(0, 0, 0))).red, 600);
}

TEST(Renderer, SeveralDrawSideBySide) {
  const auto model = toy::model();
  auto reference = Renderer::create(*model, kSmall).value();
  const Image expected = draw(reference, toy::at(0, 0, 0.4));
  std::array<Image, 3> images;
  {
    std::vector<std::jthread> threads;
    for (Image& image : images)
      threads.emplace_back([&] {
        auto renderer = Renderer::create(*model, kSmall);
        for (int i = 0; i < 3 && renderer; ++i) image = draw(*renderer, toy::at(0, 0, 0.4));
      });
  }
  for (const Image& image : images) EXPECT_EQ(image.rgb, expected.rgb);
}

TEST(Renderer, RefusesPosesAndSizesThatCannotBe) {
  const auto model = toy::model();
  const auto code = [&](int width, int height) {
    return Renderer::create(*model, {.width_px = width, .height_px = height}).error().code;
  };
  EXPECT_EQ(code(0, 540), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(960, 100000), ErrorCode::kInvalidArgument);

  auto renderer = Renderer::create(*model, kSmall).value();
  Image image;
  Pose pose = toy::at(0, 0, 0);
  pose.qpos[2] = std::nan("");
  EXPECT_EQ(renderer.draw(pose, kCamera, image).error().code, ErrorCode::kInvalidArgument);
  pose = toy::at(0, 0, 0);
  pose.qpos.pop_back();
  EXPECT_EQ(renderer.draw(pose, kCamera, image).error().code, ErrorCode::kInvalidArgument);
  pose = toy::at(0, 0, 0);
  pose.mocap_pos = {1, 2};
  EXPECT_EQ(renderer.draw(pose, kCamera, image).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace longmen::view
