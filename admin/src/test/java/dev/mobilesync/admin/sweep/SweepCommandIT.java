package dev.mobilesync.admin.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is published is tested with the sweep of web-server. */
@ServerContract
class SweepCommandIT {

    private AdminServers servers;

    @BeforeEach
    void storePicture() throws Exception {
        servers = AdminServers.open();
        servers.putPicture(new ExamineeKey("P001", "E001"), Instant.now());
    }

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void publishesStatusOfPictureWithoutRecord() {
        CommandRun text = CommandRun.of(servers.settings(), "sweep");
        assertThat(text.exit()).as(text.err()).isEqualTo(ExitCode.OK);
        assertThat(text.out())
                .contains(
                        "published again: captures/E001/sync_cap.jpg of P001/E001 (no record)", "1 captures inspected");
        Awaitility.await().until(() -> servers.channel().messageCount(AmqpNames.STATUS_QUEUE) == 1);

        CommandRun slow = CommandRun.slow(servers.settings(), "sweep", "--json");
        assertThat(slow.err()).contains("1 captures inspected");
        JsonNode json = slow.json().get(0);
        assertThat(json.path("inspected").asInt()).isEqualTo(1);
        assertThat(json.path("found").path("no record").asInt()).isEqualTo(1);
        assertThat(json.path("complete").asBoolean()).isTrue();
    }

    @Test
    void isUnavailableDuringOtherSweep() {
        RedisLease other = new RedisLease(servers.redis(), RedisKeys.sweepLease("pictures"), Duration.ofMinutes(1));
        assertThat(other.tryAcquire()).isTrue();
        CommandRun run = CommandRun.of(servers.settings(), "sweep");
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.err()).contains("another sweep is running");
    }

    @Test
    void isUnavailableWithoutStore() {
        CommandRun run = CommandRun.of(
                servers.settingsWith("mobile-sync.store.endpoint", "http://127.0.0.1:" + TestPorts.freePort()),
                "sweep");
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.err()).contains("NOT COMPLETE", "the object store failed");
    }
}
