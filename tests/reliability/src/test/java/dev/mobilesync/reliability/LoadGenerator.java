package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

/** All users of a scenario on a few threads. The seed determines all arrival times. */
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
    private final @Nullable SimulatedProctor proctor;
    private boolean arrivalsEnded;

    /**
     * @param planId the plan and prefix of all examinees' ids, so that scenarios share no pictures
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
            Random browserRandom = new Random(random.nextLong());
            SimulatedPhone phone = new SimulatedPhone(this, examinee, new Random(random.nextLong()));
            browsers.add(new SimulatedBrowser(this, examinee, browserRandom, phone));
            phones.add(phone);
        }
        proctor = profile.wholeStep() ? new SimulatedProctor(this, planId, new Random(random.nextLong())) : null;
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(THREADS, task -> daemon(task, "users-timer"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Not shut down at the end, because the client still closes connections. Idle threads end by themselves. */
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

    /** Starts the arrivals, until all examinees have arrived or {@link #endArrivals} is called. */
    void start() {
        sample();
        if (proctor != null) {
            proctor.start();
        }
        double interval = 1_000 / profile.perSecond();
        long shortest = profile.firstPictureAfter().toMillis();
        long longest = profile.firstPictureWithin().toMillis();
        for (int i = 0; i < profile.examinees(); i++) {
            int index = i;
            long untilPicture = random.nextLong(shortest, longest + 1);
            boolean secondPicture = random.nextInt(100) < profile.secondPictures();
            if (profile.withoutPhone() > 0 && random.nextInt(100) < profile.withoutPhone()) {
                phones.get(i).setMissing();
            }
            schedule((long) ((i + random.nextDouble()) * interval), () -> arrive(index, untilPicture, secondPicture));
        }
    }

    private void arrive(int index, long millisUntilPicture, boolean secondPicture) {
        SimulatedPhone phone = phones.get(index);
        synchronized (arrived) {
            if (arrivalsEnded) {
                return;
            }
            arrived.add(phone);
        }
        browsers.get(index).open();
        schedule(millisUntilPicture, () -> phone.takePicture(secondPicture));
    }

    /** The proctor of a profile with {@link LoadProfile#wholeStep()}. */
    SimulatedProctor proctor() {
        return requireNonNull(proctor);
    }

    /** Opens the browsers of all examinees over time, without pictures. */
    void startBrowsers() {
        synchronized (arrived) {
            arrived.addAll(phones);
        }
        double millis = 1_000 * profile.examinees() / profile.perSecond();
        browsers.forEach(browser -> schedule((long) (random.nextDouble() * millis), browser::open));
    }

    /** Cancels all further arrivals. */
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
        history.add(new Event.CpuSample(Instant.now(), CpuLoad.runnablePerProcessor()));
        schedule(SAMPLE_MILLIS, this::sample);
    }

    /** Whether all arrivals are over and each phone has 201s for all pictures or has given up. */
    boolean phonesAreDone() {
        return allHaveArrived() && arrived().allMatch(SimulatedPhone::isDone);
    }

    /** The examinees who have arrived. */
    List<ExamineeKey> examinees() {
        return arrived().map(SimulatedPhone::examinee).toList();
    }

    /** The examinees who arrive next, at most so many. */
    List<ExamineeKey> nextExaminees(int count) {
        return phones.stream()
                .skip(arrivals())
                .limit(count)
                .map(SimulatedPhone::examinee)
                .toList();
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
                            ProgressOutput.print("a simulated user failed: %s", e);
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: all users have left.
        }
    }

    @Override
    public void close() {
        browsers.forEach(SimulatedBrowser::close);
        if (proctor != null) {
            proctor.close();
        }
        timer.shutdownNow();
    }
}
