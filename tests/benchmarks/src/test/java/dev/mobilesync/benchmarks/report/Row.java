package dev.mobilesync.benchmarks.report;

import java.util.Locale;

/** The rows of the table of CPU, memory and time, in its order. */
public enum Row {
    STATE_CHANGE_CPU("a state change: CPU", "µs"),
    STATE_CHANGE_BROKER_CPU("a state change: CPU of RabbitMQ", "µs"),
    STATE_CHANGE_REDIS_CPU("a state change: CPU of Redis", "µs"),
    STATE_CHANGE_RATE("state changes on one core", "per second"),
    STATE_CHANGE_P99("100 state changes a second: p99", "ms"),
    PUSH_CPU("a push to one browser: CPU", "µs"),
    PUSH_BROKER_CPU("a push: CPU of RabbitMQ", "µs"),
    BROADCAST_WITHOUT_BROWSER_CPU("a broadcast to no browser of the instance: CPU", "µs"),
    PUSH_RATE("pushes on one core", "per second"),
    PUSH_P99("500 pushes a second: p99", "ms"),
    CONNECT_CPU("connect, log in, subscribe, receive the state: CPU", "µs"),
    CONNECT_RATE("such connections on one core", "per second"),
    SOCKET_MEMORY("resident memory per socket", "KiB"),
    PROCESS_MEMORY("resident memory of the process with these sockets", "MiB"),
    RECONNECT_SECONDS("browsers reconnect after a kill: until all have their state", "s"),
    RECONNECT_CPU("such a reconnect: CPU", "µs"),
    IDLE_CPU("idle sockets with heart-beats: CPU of one core", "%"),
    IDLE_MEMORY("resident memory of the process with these idle sockets", "MiB"),
    FEW_SOCKETS_PUSH_CPU("a push beside 1,000 sockets: CPU", "µs"),
    MANY_SOCKETS_PUSH_CPU("a push beside all sockets: CPU", "µs"),
    UPLOADS_1_RATE("uploads, 1 phone at once", "per second"),
    UPLOADS_8_RATE("uploads, 8 phones at once", "per second"),
    UPLOADS_64_RATE("uploads, 64 phones at once", "per second"),
    UPLOADS_256_RATE("uploads, 256 phones at once", "per second"),
    UPLOAD_CPU("an upload, 64 phones at once: CPU", "µs"),
    UPLOAD_STORE_CPU("an upload, 64 phones at once: CPU of the store", "µs"),
    CAPTURE_TO_FRAME_20_P50("last byte to frame, 20 uploads a second: p50", "ms"),
    CAPTURE_TO_FRAME_20_P99("last byte to frame, 20 uploads a second: p99", "ms"),
    CAPTURE_TO_FRAME_50_P50("last byte to frame, 50 uploads a second: p50", "ms"),
    CAPTURE_TO_FRAME_50_P99("last byte to frame, 50 uploads a second: p99", "ms");

    private static final double ROUND_FROM = 10;

    private final String label;
    private final String unit;

    Row(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }

    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    /** The value without its unit. */
    String format(double value) {
        return String.format(Locale.ROOT, value < ROUND_FROM ? "%.1f" : "%,.0f", value);
    }

    /** The name of its chart's file, such as {@code push-cpu}. */
    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
