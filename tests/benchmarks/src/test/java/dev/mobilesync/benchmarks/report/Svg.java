package dev.mobilesync.benchmarks.report;

import java.util.Locale;

/** A picture in SVG that is readable on a light and on a dark page. Lengths are pixels. */
final class Svg {

    private static final String STYLE = """
              <style>
                text { font: 13px system-ui, sans-serif; fill: #1f2328; }
                .title { font-weight: 600; }
                .end { text-anchor: end; }
                .page { fill: #ffffff; }
                .own { fill: #0969da; }
                .peer { fill: #afb8c1; }
                .axis { stroke: #d1d9e0; }
                .curve { stroke: #0969da; stroke-width: 2; fill: none; }
                @media (prefers-color-scheme: dark) {
                  text { fill: #f0f6fc; }
                  .page { fill: #0d1117; }
                  .own { fill: #4493f8; }
                  .peer { fill: #656c76; }
                  .axis { stroke: #3d444d; }
                  .curve { stroke: #4493f8; }
                }
              </style>
            """;

    private final StringBuilder elements = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    Svg text(String styles, double x, double y, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>", styles, x, y, escaped);
    }

    Svg rectangle(String styles, double x, double y, double width, double height) {
        return add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                styles, x, y, width, height);
    }

    Svg line(String styles, double x1, double y1, double x2, double y2) {
        return add("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", styles, x1, y1, x2, y2);
    }

    /** @param points {@code x,y} pairs, separated by spaces */
    Svg polyline(String styles, String points) {
        return add("<polyline class=\"%s\" points=\"%s\"/>", styles, points);
    }

    private Svg add(String format, Object... arguments) {
        elements.append("  ")
                .append(String.format(Locale.ROOT, format, arguments))
                .append('\n');
        return this;
    }

    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\">%n",
                        width,
                        height)
                + STYLE
                + "  <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n"
                + elements
                + "</svg>\n";
    }
}
