package dev.mobilesync.admin.story;

import dev.mobilesync.admin.command.AdminBrokerConfiguration;
import dev.mobilesync.admin.command.AdminStorageConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.deadletter.DeadLetterQueue;
import dev.mobilesync.state.deadletter.DeadLetters;
import dev.mobilesync.web.store.CaptureVersions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code story PLAN EXAMINEE}. */
@Command(
        name = "story",
        description = "Prints what is known of an examinee: the record, pictures, events and orders. Changes nothing.")
public final class StoryCommand implements Callable<Integer> {

    private final Console console;
    private final Settings settings;

    @Parameters(index = "0", paramLabel = "PLAN")
    private String planId = "";

    @Parameters(index = "1", paramLabel = "EXAMINEE")
    private String examineeId = "";

    public StoryCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Import({AdminBrokerConfiguration.class, AdminStorageConfiguration.class})
    static class CommandConfiguration {}

    @Override
    public Integer call() {
        ExamineeKey examinee;
        try {
            examinee = new ExamineeKey(planId, examineeId);
        } catch (IllegalArgumentException e) {
            console.error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        Story story;
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(CommandConfiguration.class)) {
            story = new StoryReader(
                            examinee,
                            context.getBean(StringRedisTemplate.class),
                            context.getBean(CaptureVersions.class),
                            deadLetters(context),
                            progress)
                    .read();
        }
        StoryText.lines(story).forEach(console::text);
        console.json(story);
        if (!story.unavailable().isEmpty()) {
            return ExitCode.UNAVAILABLE;
        }
        return story.isEmpty() ? ExitCode.PROBLEM : ExitCode.OK;
    }

    private static List<DeadLetters> deadLetters(ConfigurableApplicationContext context) {
        return Arrays.stream(DeadLetterQueue.values())
                .map(queue -> new DeadLetters(
                        queue, context.getBean(ConnectionFactory.class), context.getBean(ConfirmedPublisher.class)))
                .toList();
    }
}
