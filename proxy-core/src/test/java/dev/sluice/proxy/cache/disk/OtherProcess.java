package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Opens a store in a process of its own, and prints how it went. */
final class OtherProcess {
    private OtherProcess() {}

    static String run(Path folder) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    public static void main(String[] args) {
        try {
            new DiskStore(Path.of(args[0]), 1 << 20, 1 << 20, TimeSource.system()).close();
            System.out.println("opened");
        } catch (IOException refused) {
            System.out.println(refused.getMessage());
        }
    }
}
