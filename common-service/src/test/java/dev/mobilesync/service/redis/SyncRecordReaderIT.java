package dev.mobilesync.service.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.TestRedisConnections;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Tests records that this version cannot read among readable ones. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class SyncRecordReaderIT {

    private static final ExamineeKey GOOD = new ExamineeKey("RR", "good");
    private static final ExamineeKey NEWER = new ExamineeKey("RR", "newer");
    private static final ExamineeKey STRING = new ExamineeKey("RR", "string");
    private static final ExamineeKey MISSING = new ExamineeKey("RR", "missing");

    private final LettuceConnectionFactory factory = TestRedisConnections.connect(TestServers.shared());
    private final StringRedisTemplate redis = new StringRedisTemplate(factory);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SyncRecordReader reader = new SyncRecordReader(redis, meters);

    @BeforeAll
    void write() {
        Map<String, String> good = Map.of("status", "COMPLETED", "timestamp", "2024-01-01T09:00:00Z");
        redis.opsForHash().putAll(RedisKeys.record(GOOD), good);
        redis.opsForHash().putAll(RedisKeys.record(NEWER), good);
        redis.opsForHash().put(RedisKeys.record(NEWER), "status", "ARCHIVED");
        redis.opsForValue().set(RedisKeys.record(STRING), "not a hash");
    }

    @AfterAll
    void stop() {
        List.of(GOOD, NEWER, STRING).forEach(each -> redis.delete(RedisKeys.record(each)));
        factory.destroy();
    }

    @Test
    void marksUnreadableRecordAmongOthers(CapturedOutput output) {
        double before = count();
        List<SyncRecordReader.Entry> entries = reader.readEntries(List.of(NEWER, GOOD, MISSING));
        assertThat(entries).extracting(SyncRecordReader.Entry::unreadable).containsExactly(true, false, false);

        entries = reader.readEntries(List.of(STRING, NEWER, GOOD, MISSING));
        assertThat(entries).extracting(SyncRecordReader.Entry::unreadable).containsExactly(true, true, false, false);
        assertThat(entries.get(2).record()).isEqualTo(reader.read(GOOD)).isNotNull();
        assertThat(entries.get(3).record()).isNull();

        assertThat(count() - before).isEqualTo(3);
        assertThat(output.getAll().lines().filter(line -> line.contains("is unreadable")))
                .as("log lines per unreadable record")
                .hasSize(2)
                .anyMatch(line -> line.contains("plan:RR:examinee:newer:mobile_sync is unreadable: status "))
                .anyMatch(line -> line.contains("plan:RR:examinee:string:mobile_sync is unreadable: "))
                .noneMatch(line -> line.contains("ARCHIVED"));
    }

    @Test
    void rejectsSingleUnreadableRecord() {
        double before = count();
        assertThatThrownBy(() -> reader.read(NEWER)).isInstanceOf(UnreadableRecordException.class);
        assertThatThrownBy(() -> reader.read(STRING)).isInstanceOf(UnreadableRecordException.class);
        assertThat(count() - before).isEqualTo(2);
    }

    @Test
    void readsWithoutBlocking() {
        assertThat(List.of(GOOD, NEWER, STRING, MISSING))
                .extracting(each -> reader.readAsync(each).join())
                .isEqualTo(reader.readEntries(List.of(GOOD, NEWER, STRING, MISSING)));
    }

    private double count() {
        return meters.counter("mobile.sync.unreadable.records").count();
    }
}
