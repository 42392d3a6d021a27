package dev.mobilesync.benchmarks.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The charts of a result. */
public final class Charts {

    private static final int WIDTH = 680;
    private static final int MARGIN = 16;
    private static final int LINE = 26;
    private static final int BAR = 18;
    private static final int TITLE = 44;
    private static final int LABELS = 190;
    private static final int VALUES = 70;
    private static final int CURVE_HEIGHT = 200;
    private static final int GRID_LINES = 4;

    private Charts() {}

    /** The SVG files by name: bars for each row with peers, and the curve if there is one. */
    public static Map<String, String> of(BenchmarkResult result) {
        Map<String, String> files = new LinkedHashMap<>();
        result.figures().stream()
                .collect(Collectors.groupingBy(Figure::row, LinkedHashMap::new, Collectors.toList()))
                .forEach((row, figures) -> {
                    if (figures.size() > 1) {
                        files.put(row.fileName() + ".svg", bars(row, figures));
                    }
                });
        if (!result.curve().isEmpty()) {
            files.put(result.benchmark() + ".svg", curve(result));
        }
        return files;
    }

    private static String bars(Row row, Collection<Figure> figures) {
        double longest = figures.stream().mapToDouble(Figure::median).max().orElseThrow();
        Svg svg = new Svg(WIDTH, TITLE + figures.size() * LINE + MARGIN / 2)
                .text("title", MARGIN, MARGIN + 12, row.label() + " (" + row.unit() + ")");
        double y = TITLE;
        for (Figure figure : figures) {
            double length = (WIDTH - LABELS - VALUES - MARGIN) * figure.median() / longest;
            svg.text("", MARGIN, y + BAR - 5, figure.implementation().label())
                    .rectangle(
                            figure.implementation() == Implementation.MOBILE_SYNC ? "own" : "peer",
                            LABELS,
                            y,
                            length,
                            BAR)
                    .text("", LABELS + length + 6, y + BAR - 5, figure.format());
            y += LINE;
        }
        return svg.toString();
    }

    /** Percent over seconds. */
    private static String curve(BenchmarkResult result) {
        List<Double> seconds = result.curve();
        double last = seconds.get(seconds.size() - 1);
        double left = 3.5 * MARGIN;
        double right = WIDTH - 2 * MARGIN;
        double bottom = TITLE + CURVE_HEIGHT;
        Svg svg = new Svg(WIDTH, (int) bottom + LINE + MARGIN)
                .text(
                        "title",
                        MARGIN,
                        MARGIN + 12,
                        "browsers that have their state, in percent, over seconds since the kill");
        for (int i = 0; i <= GRID_LINES; i++) {
            double share = i / (double) GRID_LINES;
            double y = bottom - share * CURVE_HEIGHT;
            double x = left + share * (right - left);
            svg.line("axis", left, y, right, y)
                    .text("end", left - 8, y + 4, Integer.toString(i * 100 / GRID_LINES))
                    .text("end", x + 8, bottom + 20, String.format(Locale.ROOT, "%.1f", share * last));
        }
        String points = IntStream.range(0, seconds.size())
                .mapToObj(i -> String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        left + (right - left) * seconds.get(i) / last,
                        bottom - CURVE_HEIGHT * (i + 1.0) / seconds.size()))
                .collect(Collectors.joining(" "));
        return svg.polyline("curve", points).toString();
    }
}
