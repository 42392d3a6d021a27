package dev.mobilesync.admin.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ServerContract
class StoryCommandIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant AT = Instant.parse("2024-01-01T09:00:00Z");

    private AdminServers servers;

    @BeforeEach
    void open() throws Exception {
        servers = AdminServers.open();
    }

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void tellsRecordPicturesEventsAndOrders() throws Exception {
        writeExaminee();

        CommandRun text = CommandRun.of(servers.settings(), "story", "P001", "E001");

        assertThat(text.exit()).as(text.err()).isEqualTo(ExitCode.OK);
        assertThat(text.out())
                .containsSubsequence("examinee E001 of plan P001", "status ", "COMPLETED", "timeline")
                .containsPattern("scheduled timeout +2024-01-01T09:05:00Z")
                .containsPattern("paired phone +M001\n")
                .containsPattern("on boards +yes\n")
                .containsPattern("on the roster +yes\n")
                .containsSubsequence(
                        "2023-11-14T22:13:20Z      dead letter  id=letter ",
                        "2024-01-01T09:00:00Z      event        WAITING by EXAMINEE",
                        "2024-01-01T09:00:01Z      picture      from M001",
                        "2024-01-01T09:00:02Z      order        RETAKE by PROCTOR a-proctor \"too dark\"")
                .doesNotContain("Hong Gildong", "a-token-id", "id=other", "UNAVAILABLE");
        Awaitility.await().until(() -> servers.channel().messageCount(AmqpNames.DEAD_LETTER_QUEUE) == 2);

        CommandRun slow = CommandRun.slow(servers.settings(), "story", "P001", "E001", "--json");
        assertThat(slow.err()).contains("0 of 1 pictures read", "2 dead letters read");
        JsonNode json = slow.json().get(0);
        assertThat(json.path("record").path("status").asString()).isEqualTo("COMPLETED");
        assertThat(json.path("record").has("name")).isFalse();
        assertThat(json.path("pictures").size()).isEqualTo(1);
        assertThat(json.path("events").size()).isEqualTo(1);
        assertThat(json.path("orders").size()).isEqualTo(1);
        assertThat(json.path("deadLetters").path(0).path("id").asString()).isEqualTo("letter");
    }

    @Test
    void tellsRestIfStoreIsUnavailable() throws Exception {
        writeExaminee();
        CommandRun run = CommandRun.of(
                servers.settingsWith("mobile-sync.store.endpoint", "http://127.0.0.1:" + TestPorts.freePort()),
                "story",
                "P001",
                "E001");
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.out())
                .contains("COMPLETED", "dead letter  id=letter", "UNAVAILABLE: pictures: the object store failed: ");
    }

    @Test
    void doesNotShowUnreadPartsAsMissing() throws Exception {
        writeExaminee();
        CommandRun run = CommandRun.of(
                servers.settingsWith("spring.data.redis.port", TestPorts.freePort()), "story", "P001", "E001");
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.out())
                .contains("record unknown", "UNAVAILABLE: record: ")
                .containsPattern("scheduled timeout +unknown\n")
                .containsPattern("paired phone +unknown\n")
                .containsPattern("on boards +unknown\n")
                .containsPattern("on the roster +unknown\n");
    }

    @Test
    void declaresNothing() throws Exception {
        for (String queue : List.of(AmqpNames.STATUS_QUEUE, AmqpNames.DEAD_LETTER_QUEUE)) {
            servers.channel().queueDelete(queue);
        }
        CommandRun.of(servers.settings(), "story", "P001", "E001");
        assertThatThrownBy(() -> servers.channel().queueDeclarePassive(AmqpNames.STATUS_QUEUE))
                .isInstanceOf(IOException.class);
    }

    @Test
    void namesReasonOfUnreadableRecord() {
        servers.redis().opsForHash().put(RedisKeys.record(EXAMINEE), "status", "ARCHIVED");
        assertThat(CommandRun.of(servers.settings(), "story", "P001", "E001").out())
                .containsPattern("status +ARCHIVED")
                .contains("UNREADABLE");
    }

    @Test
    void namesRecordOfWrongTypeAsUnreadable() {
        servers.redis().opsForValue().set(RedisKeys.record(EXAMINEE), "not a hash");
        CommandRun run = CommandRun.of(servers.settings(), "story", "P001", "E001");
        assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .containsPattern("UNREADABLE +its key is not a hash")
                .doesNotContain("no record");
    }

    @Test
    void findsOrphanedIndexEntry() {
        servers.redis().opsForZSet().add(RedisKeys.planIndex("P001"), "E001", RedisKeys.indexScore(Status.WAITING));
        assertThat(CommandRun.of(servers.settings(), "story", "P001", "E001").exit())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void findsNothingOfUnknownExaminee() {
        assertThat(CommandRun.of(servers.settings(), "story", "P001", "E002").exit())
                .isEqualTo(ExitCode.PROBLEM);
    }

    @Test
    void rejectsInvalidId() {
        CommandRun run = CommandRun.of(servers.settings(), "story", "P001", "../E001");
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("examineeId must match");
    }

    private void writeExaminee() throws Exception {
        SyncRecord record = SyncRecord.builder(EXAMINEE)
                .status(Status.COMPLETED, "a-message", AT.plusSeconds(1))
                .device("M001")
                .capture(new CaptureInfo("/captures/E001/sync_cap.jpg", null, null), AT)
                .name("Hong Gildong")
                .revision(2)
                .build();
        var redis = servers.redis();
        redis.opsForHash().putAll(RedisKeys.record(EXAMINEE), record.toHash());
        redis.opsForZSet().add(RedisKeys.planIndex("P001"), "E001", RedisKeys.indexScore(Status.COMPLETED));
        redis.opsForZSet()
                .add(RedisKeys.DEADLINES, "P001:E001", AT.plusSeconds(300).toEpochMilli());
        redis.opsForValue().set(RedisKeys.pairedDevice(EXAMINEE), "M001:a-token-id");
        redis.opsForHash().put(RedisKeys.roster("P001"), "E001", "Hong Gildong");
        HistoryEntry entered = new HistoryEntry(
                1,
                Status.WAITING,
                AT,
                HistoryEntry.Actor.EXAMINEE,
                null,
                null,
                null,
                null,
                AT.plusSeconds(300),
                null,
                null);
        HistoryEntry retake = new HistoryEntry(
                3,
                Status.WAITING,
                AT.plusSeconds(2),
                HistoryEntry.Actor.PROCTOR,
                "a-proctor",
                MobileSyncOrder.Order.RETAKE,
                "too dark",
                null,
                null,
                null,
                null);
        for (HistoryEntry entry : List.of(entered, retake)) {
            redis.opsForList().rightPush(RedisKeys.history(EXAMINEE), entry.toJson());
        }
        servers.putPicture(EXAMINEE, AT.plusSeconds(1));
        servers.deadLetter("letter", GoldenFiles.bytes("mobile_sync_status.json"));
        servers.deadLetter("other", new byte[] {1});
        Awaitility.await().until(() -> servers.channel().messageCount(AmqpNames.DEAD_LETTER_QUEUE) == 2);
    }
}
