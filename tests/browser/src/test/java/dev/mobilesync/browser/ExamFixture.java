package dev.mobilesync.browser;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;

/** 300 examinees in the states that are typical some minutes after the start of an exam. */
final class ExamFixture {

    private static final int EXAMINEES = 300;
    private static final int PICTURES = 12;
    private static final ErrorCode[] ERRORS = {
        ErrorCode.CAPTURE_TRANSFER_FAILED, ErrorCode.CAPTURE_TOO_LARGE, ErrorCode.CAPTURE_STORE_FAILED
    };

    private ExamFixture() {}

    static void seed(SimulatedExam exam) {
        Random random = new Random(7);
        List<String> timedOut = new ArrayList<>();
        int completed = 0;
        for (int i = 1; i <= EXAMINEES; i++) {
            String examinee = id(i);
            String device = "M" + (1000 + i);
            int kind = random.nextInt(100);
            if (kind < 72) {
                completed++;
                if (completed <= PICTURES) {
                    exam.upload(examinee, device, FakeCameraImage.jpeg(i));
                } else {
                    exam.complete(examinee, device, SimulatedExam.now().minusSeconds(random.nextInt(240)));
                }
                continue;
            }
            exam.enterStep(examinee, SimulatedExam.now().minusSeconds(60 + random.nextInt(180)));
            if (kind < 86) {
                exam.extend(examinee, Duration.ofSeconds(240 + random.nextInt(400)));
            } else if (kind < 94) {
                exam.pair(examinee, device);
                exam.extend(examinee, Duration.ofSeconds(200 + random.nextInt(300)));
            } else if (kind < 98) {
                exam.fail(
                        examinee,
                        device,
                        ERRORS[i % ERRORS.length],
                        SimulatedExam.now().minusSeconds(random.nextInt(50)));
            } else {
                timedOut.add(examinee);
            }
        }
        exam.timeOut(timedOut.toArray(String[]::new));
        exam.await(Status.COMPLETED, completed);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> exam.count(Status.TIMEOUT) > 2 && exam.count(Status.FAILED) > 2);
    }

    /** Applies the next changes. */
    static void applyNextChanges(SimulatedExam exam) {
        exam.orderRetake(id(20), "park", "얼굴이 보이지 않습니다.");
        exam.accept(id(40), "lee", "Verified manually.");
        exam.extend(id(41), Duration.ofMinutes(9));
        exam.enterStep("E301", SimulatedExam.now());
        exam.enterStep("E302", SimulatedExam.now());
        exam.fail("E302", "M1302", ErrorCode.CAPTURE_TOO_LARGE, SimulatedExam.now());
        exam.timeOut("E301");
    }

    private static String id(int i) {
        return "E%03d".formatted(i);
    }
}
