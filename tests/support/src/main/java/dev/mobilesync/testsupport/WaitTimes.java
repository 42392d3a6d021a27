package dev.mobilesync.testsupport;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Lets a test wait for a state longer than Awaitility's ten seconds, because a machine may be slow. JUnit finds this listener
 * through {@code META-INF/services}.
 */
public final class WaitTimes implements TestExecutionListener {

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
