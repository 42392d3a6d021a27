package dev.mobilesync.service.resilience;

import java.time.Duration;
import org.springframework.util.backoff.ExponentialBackOff;

/** Doubles the pause after each failure, with jitter of up to a half, from the first pause up to the longest. */
public final class JitteredBackOff extends ExponentialBackOff {

    public JitteredBackOff(Duration first, Duration longest) {
        super(first.toMillis(), 2);
        setMaxInterval(longest.toMillis());
        setJitter(first.toMillis() / 2);
    }
}
