package dev.sluice.lab.bench;

import dev.sluice.lab.Java;
import dev.sluice.lab.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The flag with which a proxy's JVM writes a profile to the working directory. The profile comes from async-profiler if
 * {@code asprof} is installed, because it sees the kernel too, otherwise from the JDK's Flight Recorder.
 */
final class Profile {
    private static final int CPU_TIME_SAMPLING_SINCE = 25;

    private Profile() {}

    /** The flag for the JVM of the proxy with this name. */
    static String flag(Java java, String proxy) {
        String file = Path.of("profile-" + proxy.replaceAll("[^\\w.-]", "-") + "-jdk" + java.feature())
                .toAbsolutePath()
                .toString();
        if (Programs.has("asprof")) {
            return "-agentpath:" + agent() + "=start,event=cpu,file=" + file + ".html";
        }
        return "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file + ".jfr"
                + (java.feature() >= CPU_TIME_SAMPLING_SINCE ? ",jdk.CPUTimeSample#enabled=true" : "");
    }

    private static Path agent() {
        try {
            Path programs = Objects.requireNonNull(
                    Programs.require("asprof").toRealPath().getParent());
            Path agent = programs.resolveSibling("lib").resolve("libasyncProfiler.so");
            if (!Files.exists(agent)) {
                throw new IllegalArgumentException("--profile: asprof is installed without " + agent);
            }
            return agent;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
