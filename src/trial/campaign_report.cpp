#include "trial/campaign_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longmen::trial {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFailedShown = 20;

FigureSummary summarise_figure(const std::string& name, const std::vector<std::string>& runs,
                               const CampaignResults& results, const CampaignResults* against) {
  FigureSummary figure{.name = name};
  std::vector<double> differences;
  double least = 0.0;
  double greatest = 0.0;
  for (const std::string& run : runs) {
    const auto value = figure_of(*results.find(run), name);
    if (!value) continue;
    if (figure.values.empty() || *value < least) {
      least = *value;
      figure.least_run = run;
    }
    if (figure.values.empty() || *value > greatest) {
      greatest = *value;
      figure.greatest_run = run;
    }
    figure.values.push_back(*value);
    const Json* other = against == nullptr ? nullptr : against->find(run);
    const auto there = other == nullptr ? std::nullopt : figure_of(*other, name);
    if (there) differences.push_back(*value - *there);
  }
  std::sort(figure.values.begin(), figure.values.end());
  figure.difference = mean_difference(differences);
  figure.difference_count = differences.size();
  return figure;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// In single quotes, as a shell takes it.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_for(const std::string& file, const std::string& run) {
  return fmt::format("./longmen campaign {} --run {} --record worst.mcap", quoted(file),
                     quoted(run));
}

/// Share of the runs up to each value, as a curve.
std::string curve(const FigureSummary& figure) {
  constexpr double kWidth = 220;
  constexpr double kHeight = 60;
  const double low = figure.values.front();
  const double span = figure.values.back() - low;
  std::string points;
  for (std::size_t i = 0; i < figure.values.size(); ++i) {
    const double x = span > 0.0 ? kWidth * (figure.values[i] - low) / span : 0.5 * kWidth;
    const auto n = static_cast<double>(figure.values.size());
    const double before = kHeight * (1.0 - static_cast<double>(i) / n);
    const double after = kHeight * (1.0 - static_cast<double>(i + 1) / n);
    points += fmt::format("{:.1f},{:.1f} {:.1f},{:.1f} ", x, before, x, after);
  }
  return fmt::format(
      "<svg viewBox=\"-2 -2 {} {}\" width=\"{}\" height=\"{}\" role=\"img\"><polyline "
      "points=\"{}\"/></svg>",
      kWidth + 4, kHeight + 4, kWidth, kHeight, points);
}

constexpr const char* kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c2733}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #d8dee5;vertical-align:top}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "svg{background:#f4f6f8}polyline{fill:none;stroke:#1464b4;stroke-width:1.5}"
    "code{font-size:13px;background:#f4f6f8;padding:.1rem .3rem;overflow-wrap:anywhere}"
    "h2{margin-top:2.2rem;font-size:1.15rem}"
    "@media(prefers-color-scheme:dark){body{background:#12181f;color:#dce3ea}"
    "th,td{border-color:#2c3743}svg,code{background:#1d2731}polyline{stroke:#6cb0f5}}";

std::string table_of(const std::vector<RowSummary>& rows) {
  std::string html =
      "<table><tr><th>row</th><th class=\"n\">runs</th><th class=\"n\">passed</th>"
      "<th class=\"n\">falls</th><th class=\"n\">rate of passing, 95 %</th></tr>\n";
  for (const RowSummary& row : rows)
    html += fmt::format(
        "<tr><td>{}</td><td class=\"n\">{}{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{:.3f} to {:.3f}</td></tr>\n",
        escaped(row.name), row.runs,
        row.runs < row.planned ? fmt::format(" of {}", row.planned) : "", row.passed, row.falls,
        row.rate_95.low, row.rate_95.high);
  return html + "</table>\n";
}

std::string details_of(const RowSummary& row, const std::string& file, bool is_compared) {
  std::string html = fmt::format("<h2>{}</h2>\n", escaped(row.name));
  if (is_compared)
    html += fmt::format(
        "<p>On {} runs of both builds: {} passed here alone, {} there alone (sign test: p = "
        "{:.3g}).</p>\n",
        row.pairs, row.only_here, row.only_there, sign_test_p(row.only_here, row.only_there));
  bool has_figures = false;
  for (const FigureSummary& figure : row.figures) has_figures |= !figure.values.empty();
  if (has_figures) {
    html += fmt::format(
        "<table><tr><th>figure</th><th class=\"n\">n</th><th class=\"n\">least</th>"
        "<th class=\"n\">median</th><th class=\"n\">greatest</th>{}<th>share of runs up to</th>"
        "</tr>\n",
        is_compared ? "<th class=\"n\">less the other build's, mean and 95 %</th>" : "");
    for (const FigureSummary& f : row.figures) {
      if (f.values.empty()) continue;
      html += fmt::format(
          "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\" title=\"{}\">{:.4g}</td>"
          "<td class=\"n\">{:.4g}</td><td class=\"n\" title=\"{}\">{:.4g}</td>",
          escaped(f.name), f.values.size(), escaped(f.least_run), f.values.front(), f.quantile(0.5),
          escaped(f.greatest_run), f.values.back());
      if (is_compared)
        html += fmt::format("<td class=\"n\">{:+.3g} ± {:.2g} ({})</td>", f.difference.mean,
                            f.difference.half_width_95, f.difference_count);
      html += fmt::format("<td>{}</td></tr>\n", curve(f));
    }
    html += "</table>\n";
  }
  const auto list = [&](const char* title, const std::vector<std::string>& runs) {
    if (runs.empty()) return;
    html += fmt::format("<p>{}</p>\n<ul>\n", title);
    for (std::size_t i = 0; i < std::min(runs.size(), kFailedShown); ++i)
      html += fmt::format("<li><code>{}</code></li>\n", escaped(command_for(file, runs[i])));
    html += "</ul>\n";
  };
  list("Did not pass:", row.failed);
  std::vector<std::string> extremes;
  for (const FigureSummary& figure : row.figures)
    for (const std::string& run : {figure.least_run, figure.greatest_run})
      if (!run.empty() && std::find(extremes.begin(), extremes.end(), run) == extremes.end())
        extremes.push_back(run);
  list("The extremes of its figures:", extremes);
  return html;
}

}  // namespace

double FigureSummary::quantile(double share) const {
  if (values.empty()) return 0.0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

std::vector<RowSummary> summarise(const Campaign& campaign, const CampaignResults& results,
                                  const CampaignResults* against) {
  std::vector<RowSummary> rows;
  std::vector<std::vector<std::string>> runs(campaign.rows.size());
  for (const CampaignRow& row : campaign.rows) rows.push_back({.name = row.name});
  for (const CampaignUnit& unit : units_of(campaign)) {
    RowSummary& row = rows[unit.row];
    const CampaignRow& asked = campaign.rows[unit.row];
    ++row.planned;
    const std::string run = name_of(campaign, unit);
    const Json* result = results.find(run);
    if (result == nullptr) continue;
    ++row.runs;
    runs[unit.row].push_back(run);
    const bool passed = passes(asked, *result);
    if (passed)
      ++row.passed;
    else
      row.failed.push_back(run);
    if (figure_of(*result, "fell").value_or(0.0) != 0.0) ++row.falls;
    const Json* other = against == nullptr ? nullptr : against->find(run);
    if (other == nullptr) continue;
    ++row.pairs;
    const bool passed_there = passes(asked, *other);
    if (passed && !passed_there) ++row.only_here;
    if (!passed && passed_there) ++row.only_there;
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto n = static_cast<int>(rows[r].runs);
    rows[r].rate_95 = math::wilson_95(n > 0 ? static_cast<double>(rows[r].passed) / n : 0.0, n);
    for (const std::string& name : campaign.rows[r].figures)
      rows[r].figures.push_back(summarise_figure(name, runs[r], results, against));
  }
  return rows;
}

Json to_json(const std::vector<RowSummary>& rows) {
  Json all = Json::array();
  for (const RowSummary& row : rows) {
    Json json{{"row", row.name},     {"planned", row.planned},
              {"runs", row.runs},    {"passed", row.passed},
              {"falls", row.falls},  {"rate_95", {row.rate_95.low, row.rate_95.high}},
              {"failed", row.failed}};
    for (const FigureSummary& f : row.figures) {
      if (f.values.empty()) continue;
      const double sum = std::accumulate(f.values.begin(), f.values.end(), 0.0);
      json["figures"][f.name] = {{"n", f.values.size()},
                                 {"min", f.values.front()},
                                 {"p50", f.quantile(0.5)},
                                 {"mean", sum / static_cast<double>(f.values.size())},
                                 {"max", f.values.back()}};
      if (f.difference_count > 0)
        json["figures"][f.name]["difference"] = {{"n", f.difference_count},
                                                 {"mean", f.difference.mean},
                                                 {"half_width_95", f.difference.half_width_95}};
    }
    if (row.pairs > 0)
      json["paired"] = {{"n", row.pairs},
                        {"passed_here_alone", row.only_here},
                        {"passed_there_alone", row.only_there},
                        {"p", sign_test_p(row.only_here, row.only_there)}};
    all.push_back(std::move(json));
  }
  return Json{{"rows", all}};
}

std::string to_text(const std::vector<RowSummary>& rows) {
  std::string text;
  for (const RowSummary& row : rows) {
    text += fmt::format(
        "{}: {} of {} pass (95 %: {:.3f} to {:.3f}), {} falls{}\n", row.name, row.passed, row.runs,
        row.rate_95.low, row.rate_95.high, row.falls,
        row.runs < row.planned ? fmt::format("; {} runs to come", row.planned - row.runs) : "");
    for (const FigureSummary& f : row.figures)
      if (!f.values.empty())
        text += fmt::format("  {}: {:.4g} to {:.4g}, median {:.4g}{}\n", f.name, f.values.front(),
                            f.values.back(), f.quantile(0.5),
                            f.difference_count > 0
                                ? fmt::format("; less the other build's {:+.3g} ± {:.2g}",
                                              f.difference.mean, f.difference.half_width_95)
                                : "");
    if (row.pairs > 0)
      text += fmt::format("  of {} pairs {} passed here alone, {} there alone (p = {:.3g})\n",
                          row.pairs, row.only_here, row.only_there,
                          sign_test_p(row.only_here, row.only_there));
  }
  return text;
}

std::string to_html(const Campaign& campaign, const std::string& file,
                    const std::vector<RowSummary>& rows, const CampaignResults& results,
                    const CampaignResults* against) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>{0}</title>\n<style>{1}</style>\n<h1>{0}</h1>\n"
      "<p><code>./longmen campaign {2}</code>, build {3}{4}. Intervals: Wilson's, 95 %. Simulation "
      "results are evidence, not conformity with any standard.</p>\n",
      escaped(campaign.title), kStyle, escaped(quoted(file)), escaped(results.build()),
      against == nullptr ? "" : ", against build " + escaped(against->build()));
  html += table_of(rows);
  for (const RowSummary& row : rows)
    if (row.runs > 0) html += details_of(row, file, row.pairs > 0);
  return html + "</html>\n";
}

}  // namespace longmen::trial
