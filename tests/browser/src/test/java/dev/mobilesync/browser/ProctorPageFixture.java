package dev.mobilesync.browser;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An application and an exam for each test of the proctor's page. */
abstract class ProctorPageFixture {

    static final Duration TIMEOUT = Duration.ofSeconds(90);
    RunningApplication application;
    SimulatedExam exam;

    @BeforeEach
    void newExam() {
        application = RunningApplication.sharedServices();
        exam = new SimulatedExam(application);
    }

    @AfterEach
    void closeExam() {
        exam.close();
    }

    ProctorPage open(BrowserOptions options, String proctor) {
        return ProctorPage.open(application, options, proctor, exam.plan());
    }
}
