package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** All users of a row, on a few threads. When each of them comes is decided by the seed alone. */
final class Crowd implements AutoCloseable {

    private static final int THREADS = 4;
    private static final long SAMPLE_MILLIS = 250;
    private static final double BROWSERS_WITHIN = 0.5;

    private final History history;
    private final Load load;
    private final Balancer webServers;
    private final Balancer socketServers;
    private final Random random;
    private final ScheduledExecutorService timer = timer();
    private final HttpClient http = HttpClient.newBuilder()
            .executor(workers())
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final List<Browser> browsers = new ArrayList<>();
    private final List<Phone> phones = new ArrayList<>();

    /**
     * @param planId of all of them; their ids begin with it, so that no two rows share a picture
     */
    Crowd(History history, Load load, String planId, Balancer webServers, Balancer socketServers, long seed) {
        this.history = history;
        this.load = load;
        this.webServers = webServers;
        this.socketServers = socketServers;
        this.random = new Random(seed);
        for (int i = 1; i <= load.examinees(); i++) {
            ExamineeKey examinee = new ExamineeKey(planId, planId + "-%05d".formatted(i));
            browsers.add(new Browser(this, examinee, new Random(random.nextLong())));
            phones.add(new Phone(this, examinee, new Random(random.nextLong())));
        }
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(THREADS, task -> daemon(task, "users-timer"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Not shut down at the end: the client still closes connections then. They go when they have nothing to do. */
    private static Executor workers() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemon(task, "users-http"));
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** They begin to come. */
    void start() {
        sample();
        long span = load.span().toMillis();
        for (int i = 0; i < load.examinees(); i++) {
            long browser = (long) (random.nextDouble() * BROWSERS_WITHIN * span);
            long phone = browser + (long) (random.nextDouble() * (span - browser));
            later(browser, browsers.get(i)::open);
            Phone owner = phones.get(i);
            boolean second = random.nextInt(100) < load.secondPictures();
            later(phone, () -> owner.photograph(second));
        }
    }

    /** Their browsers begin to come, and no phone ever does. */
    void startBrowsers() {
        browsers.forEach(
                browser -> later((long) (random.nextDouble() * load.span().toMillis()), browser::open));
    }

    private void sample() {
        history.add(new Event.Crowded(Instant.now(), Machine.runnablePerProcessor()));
        later(SAMPLE_MILLIS, this::sample);
    }

    /** Whether every phone has its 201 for each picture, or has given up. */
    boolean phonesAreDone() {
        return phones.stream().allMatch(Phone::isDone);
    }

    List<ExamineeKey> examinees() {
        return phones.stream().map(Phone::examinee).toList();
    }

    History history() {
        return history;
    }

    Load load() {
        return load;
    }

    Balancer webServers() {
        return webServers;
    }

    Balancer socketServers() {
        return socketServers;
    }

    HttpClient http() {
        return http;
    }

    void later(long millis, Runnable task) {
        try {
            timer.schedule(
                    () -> {
                        try {
                            task.run();
                        } catch (RuntimeException | Error e) {
                            Progress.say("a user failed: %s", e);
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // they have all left
        }
    }

    @Override
    public void close() {
        browsers.forEach(Browser::close);
        timer.shutdownNow();
    }
}
