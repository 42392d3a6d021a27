package dev.mobilesync.service.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A map of at most 50,000 entries that evicts the least recently used one. */
public final class LruCache<V> {

    private static final int MAX = 50_000;

    private final Map<String, V> values = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MAX;
        }
    };

    public synchronized V get(String key, Function<String, V> whenMissing) {
        return values.computeIfAbsent(key, whenMissing);
    }
}
