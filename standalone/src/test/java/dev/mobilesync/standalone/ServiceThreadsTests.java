package dev.mobilesync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ServiceThreadsTests {

    private static final String SHARED = "dev.mobilesync.service.publishing.ConfirmedPublisher";

    @Test
    void namesServiceOfInheritedThreads() {
        CompletableFuture<String> name = new CompletableFuture<>();
        ServiceThreads.newStartThread(ServiceThreads.STATE_MANAGER, () -> {
                    ExecutorService pool = Executors.newSingleThreadExecutor();
                    pool.execute(() -> name.complete(ServiceThreads.serviceOf(SHARED)));
                    pool.shutdown();
                })
                .start();

        assertThat(name.join()).isEqualTo("state-manager");
    }

    @Test
    void namesServiceOfLogger() {
        assertThat(ServiceThreads.serviceOf("dev.mobilesync.web.capture.CaptureUpload"))
                .isEqualTo("web-server");
        assertThat(ServiceThreads.serviceOf("dev.mobilesync.socket.session.Hub"))
                .isEqualTo("socket-server");
        assertThat(ServiceThreads.serviceOf(SHARED)).isEqualTo("mobile-sync");
    }
}
