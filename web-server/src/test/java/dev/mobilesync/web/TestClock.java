package dev.mobilesync.web;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, until a test stops it. */
public final class TestClock extends Clock {

    private volatile Clock clock = Clock.systemUTC();

    TestClock() {}

    public void stopAt(Instant instant) {
        clock = Clock.fixed(instant, ZoneOffset.UTC);
    }

    void reset() {
        clock = Clock.systemUTC();
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return clock.withZone(zone);
    }
}
