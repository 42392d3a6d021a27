package dev.mobilesync.browser;

import java.util.List;
import java.util.Map;

/** The colors that the user prefers: the emulated media features of a page. */
enum Colors {
    LIGHT(feature("prefers-color-scheme", "light")),
    DARK(feature("prefers-color-scheme", "dark")),
    FORCED(feature("forced-colors", "active"));

    private final Map<String, String> feature;

    Colors(Map<String, String> feature) {
        this.feature = feature;
    }

    /** Parameters of {@code Emulation.setEmulatedMedia}. */
    Map<String, Object> media() {
        return Map.of("features", List.of(feature));
    }

    private static Map<String, String> feature(String name, String value) {
        return Map.of("name", name, "value", value);
    }
}
