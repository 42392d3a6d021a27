package dev.mobilesync.service.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map that evicts the least recently used entry. Thread-safe. */
public final class LruCache<K, V> {

    private static final int DEFAULT_CAPACITY = 50_000;

    private final Map<K, V> values;

    /** Creates a cache of at most 50,000 entries. */
    public LruCache() {
        this(DEFAULT_CAPACITY);
    }

    /**
     * @param capacity the maximum number of entries
     */
    public LruCache(int capacity) {
        values = new LinkedHashMap<>(16, 0.75f, true) {

            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    public synchronized @Nullable V get(K key) {
        return values.get(key);
    }

    public synchronized V get(K key, Function<K, V> whenMissing) {
        return values.computeIfAbsent(key, whenMissing);
    }

    /** Returns the previous value, if there was one. */
    public synchronized @Nullable V put(K key, V value) {
        return values.put(key, value);
    }
}
