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
import java.util.stream.Stream;

/** All users of a scenario, on a few threads. The seed alone decides when each of them arrives. */
final class LoadGenerator implements AutoCloseable {

    private static final int THREADS = 4;
    private static final long SAMPLE_MILLIS = 250;

    final History history;
    final LoadProfile profile;
    final LoadBalancer webServers;
    final LoadBalancer socketServers;
    private final Random random;
    private final ScheduledExecutorService timer = timer();
    final HttpClient http = HttpClient.newBuilder()
            .executor(workers())
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final List<SimulatedBrowser> browsers = new ArrayList<>();
    private final List<SimulatedPhone> phones = new ArrayList<>();
    private final List<SimulatedPhone> arrived = new ArrayList<>();
    private boolean arrivalsEnded;

    /**
     * @param planId of all of them; their ids begin with it, so that no two scenarios share a picture
     */
    LoadGenerator(
            History history,
            LoadProfile profile,
            String planId,
            LoadBalancer webServers,
            LoadBalancer socketServers,
            long seed) {
        this.history = history;
        this.profile = profile;
        this.webServers = webServers;
        this.socketServers = socketServers;
        this.random = new Random(seed);
        for (int i = 1; i <= profile.examinees(); i++) {
            ExamineeKey examinee = new ExamineeKey(planId, planId + "-%05d".formatted(i));
            browsers.add(new SimulatedBrowser(this, examinee, new Random(random.nextLong())));
            phones.add(new SimulatedPhone(this, examinee, new Random(random.nextLong())));
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

    /** Examinees begin to arrive, until all have or {@link #endArrivals} is called. */
    void start() {
        sample();
        double interval = 1_000 / profile.perSecond();
        long shortest = profile.firstPictureAfter().toMillis();
        long longest = profile.firstPictureWithin().toMillis();
        for (int i = 0; i < profile.examinees(); i++) {
            int index = i;
            long photograph = random.nextLong(shortest, longest + 1);
            boolean second = random.nextInt(100) < profile.secondPictures();
            schedule((long) ((i + random.nextDouble()) * interval), () -> arrive(index, photograph, second));
        }
    }

    private void arrive(int index, long photographMillis, boolean second) {
        SimulatedPhone phone = phones.get(index);
        synchronized (arrived) {
            if (arrivalsEnded) {
                return;
            }
            arrived.add(phone);
        }
        browsers.get(index).open();
        schedule(photographMillis, () -> phone.photograph(second));
    }

    /** Opens the browsers of all examinees over time; no phone ever takes a picture. */
    void startBrowsers() {
        synchronized (arrived) {
            arrived.addAll(phones);
        }
        double span = 1_000 * profile.examinees() / profile.perSecond();
        browsers.forEach(browser -> schedule((long) (random.nextDouble() * span), browser::open));
    }

    /** Whoever has not arrived yet never will. */
    void endArrivals() {
        synchronized (arrived) {
            arrivalsEnded = true;
        }
    }

    int arrivals() {
        synchronized (arrived) {
            return arrived.size();
        }
    }

    private boolean allHaveArrived() {
        synchronized (arrived) {
            return arrivalsEnded || arrived.size() == profile.examinees();
        }
    }

    private void sample() {
        history.add(new Event.CpuSample(Instant.now(), CpuPressure.runnablePerProcessor()));
        schedule(SAMPLE_MILLIS, this::sample);
    }

    /** Whether everyone has arrived, and every phone has its 201 for each picture, or has given up. */
    boolean phonesAreDone() {
        return allHaveArrived() && arrived().allMatch(SimulatedPhone::isDone);
    }

    /** Those who have arrived. */
    List<ExamineeKey> examinees() {
        return arrived().map(SimulatedPhone::examinee).toList();
    }

    private Stream<SimulatedPhone> arrived() {
        synchronized (arrived) {
            return List.copyOf(arrived).stream();
        }
    }

    void schedule(long millis, Runnable task) {
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
            // closed: all users have left
        }
    }

    @Override
    public void close() {
        browsers.forEach(SimulatedBrowser::close);
        timer.shutdownNow();
    }
}
