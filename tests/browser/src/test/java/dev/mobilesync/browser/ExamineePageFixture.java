package dev.mobilesync.browser;

import org.junit.jupiter.api.BeforeEach;

/** An application and an examinee for each test of the examinee's page. */
abstract class ExamineePageFixture {

    RunningApplication application;
    SimulatedExaminee examinee;

    @BeforeEach
    void newExaminee() {
        application = RunningApplication.shared();
        examinee = new SimulatedExaminee(application);
    }

    ExamineePage open(String language) {
        return examinee.openPage(BrowserOptions.laptop(language));
    }
}
