package dev.mobilesync.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The CPU time of the processes that take part in an upload, from {@code /proc}. */
final class ProcessCpu {

    private static final double MILLIS_PER_TICK = 10;

    private ProcessCpu() {}

    /** The CPU milliseconds so far by name: a service of this build, its store, a server, or {@code load} for this JVM. */
    static Map<String, Double> read() {
        Map<String, Double> millis = new TreeMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(process -> add(process, millis));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return millis;
    }

    private static void add(Path process, Map<String, Double> millis) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String command = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            String name = name(process, command, fields[1]);
            if (!name.isEmpty()) {
                millis.merge(
                        name, (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK, Double::sum);
            }
        } catch (IOException e) {
            // the process has ended
        }
    }

    private static String name(Path process, String command, String parent) throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        if (process.getFileName().toString().equals(self)) {
            return "load";
        }
        if (parent.equals(self)) {
            String line = Files.readString(process.resolve("cmdline")).replace('\0', ' ');
            int jar = line.lastIndexOf("-jar ");
            return jar < 0 ? "store" : line.substring(jar + 5).replaceAll(".*/|-exec.jar| .*", "");
        }
        return switch (command) {
            case "radosgw", "ceph-osd", "ceph-mon" -> "store";
            case "beam.smp" -> "broker";
            case "redis-server" -> "redis";
            default -> "";
        };
    }

    /** The CPU milliseconds of each name per operation since {@code before}. */
    static Map<String, Double> perOperation(Map<String, Double> before, int operations) {
        Map<String, Double> each = new TreeMap<>();
        read().forEach((name, millis) -> each.put(name, (millis - before.getOrDefault(name, 0.0)) / operations));
        return each;
    }
}
