package dev.mobilesync.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics in a response of {@code /actuator/prometheus}. */
final class ExposedMetrics {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Map<String, String> types = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    record Sample(String name, Map<String, String> labels) {}

    ExposedMetrics(String text) {
        text.lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                types.put(words[2], words[3]);
            } else if (!line.startsWith("#") && sample.matches()) {
                Map<String, String> labels = new TreeMap<>();
                LABEL.matcher(sample.group(2) == null ? "" : sample.group(2))
                        .results()
                        .forEach(label -> labels.put(label.group(1), label.group(2)));
                samples.add(new Sample(sample.group(1), labels));
            }
        });
    }

    List<Sample> samples() {
        return samples;
    }

    /** The metrics of mobile-sync that have samples, with their types and labels, as the table lists them. */
    List<String> described() {
        return types.entrySet().stream()
                .filter(type -> type.getKey().startsWith("mobile_sync_") && !isMaximumOfHistogram(type.getKey()))
                .map(type -> describe(type.getKey(), type.getValue()))
                .toList();
    }

    private boolean isMaximumOfHistogram(String name) {
        return name.endsWith("_max") && "histogram".equals(types.get(name.substring(0, name.length() - 4)));
    }

    private String describe(String name, String type) {
        String counted = type.equals("histogram") ? name + "_count" : name;
        return samples.stream()
                .filter(sample -> sample.name().equals(counted))
                .findFirst()
                .map(sample -> name + " " + type + " " + sample.labels().keySet())
                .orElse(name + " has no sample");
    }
}
