package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random orders of events with repetitions. The seed makes a failure reproducible. */
class EventOrderTests extends StateMachineFixture {

    private static final int ROUNDS = 20_000;

    @Test
    void pictureCompletesPermanently() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Numbered> messages = shuffled(random, EnumSet.of(Input.WAIT, Input.PAIRED, Input.FAILED));
            messages.add(random.nextInt(messages.size() + 1), new Numbered(Input.COMPLETED, random.nextInt(100)));
            SyncRecord record = null;
            boolean completed = false;
            for (Numbered message : messages) {
                record = record == null ? message.on(null) : message.on(record);
                completed |= record != null && record.status() == Status.COMPLETED;
                assertThat(record != null && record.status() == Status.COMPLETED)
                        .as("seed %d: %s", seed, messages)
                        .isEqualTo(completed);
            }
            assertThat(completed).isTrue();
        }
    }

    @Test
    void newestRetakeOrPictureDecides() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Numbered> messages =
                    shuffled(random, EnumSet.of(Input.WAIT, Input.PAIRED, Input.FAILED, Input.COMPLETED, Input.RETAKE));
            int picture = newest(messages, Input.COMPLETED);
            int retake = newest(messages, Input.RETAKE);
            SyncRecord record = null;
            for (Numbered message : messages) {
                record = message.on(record);
            }
            assertThat(record != null && record.status() == Status.COMPLETED)
                    .as("seed %d: %s", seed, messages)
                    .isEqualTo(picture > retake);
        }
    }

    @Test
    void newestPictureIsNamed() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Numbered> messages =
                    shuffled(random, EnumSet.of(Input.WAIT, Input.FAILED, Input.COMPLETED, Input.RETAKE, Input.ACCEPT));
            int picture = newest(messages, Input.COMPLETED);
            if (picture > newest(messages, Input.RETAKE)) {
                SyncRecord record = null;
                for (Numbered message : messages) {
                    record = message.on(record);
                }
                assertThat(requireNonNull(record).imageTimestamp())
                        .as("seed %d: %s", seed, messages)
                        .isEqualTo(T0.plusSeconds(picture));
            }
        }
    }

    @Test
    void repeatedMessagesKeepStatus() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Numbered> messages = shuffled(random, EnumSet.complementOf(EnumSet.of(Input.DEADLINE)));
            SyncRecord record = null;
            List<Numbered> applied = new ArrayList<>();
            for (Numbered message : messages) {
                SyncRecord next = message.on(record);
                if (next != record) {
                    applied.add(message);
                }
                record = next;
            }
            Status status = record == null ? null : record.status();
            for (Numbered message : applied) {
                SyncRecord repeated = message.on(record);
                assertThat(repeated == null ? null : repeated.status())
                        .as("seed %d: %s, repeated %s", seed, messages, message)
                        .isEqualTo(status);
            }
        }
    }

    private static int newest(List<Numbered> messages, Input input) {
        return messages.stream()
                .filter(message -> message.input == input)
                .mapToInt(message -> message.second)
                .max()
                .orElse(-1);
    }

    /** Returns random messages with different timestamps, some of them twice. */
    private static List<Numbered> shuffled(Random random, Set<Input> inputs) {
        List<Input> kinds = new ArrayList<>(inputs);
        List<Integer> seconds = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            seconds.add(i);
        }
        Collections.shuffle(seconds, random);
        List<Numbered> messages = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            Numbered message = new Numbered(kinds.get(random.nextInt(kinds.size())), seconds.get(i));
            messages.add(message);
            if (random.nextInt(3) == 0) {
                messages.add(message);
            }
        }
        Collections.shuffle(messages, random);
        return messages;
    }

    private record Numbered(Input input, int second) {

        @Nullable
        SyncRecord on(@Nullable SyncRecord current) {
            return input.on(current, T0.plusSeconds(second)).record();
        }
    }
}
