package dev.sluice.proxy.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An application server: it loads an application with the library three times, and prints what is left at the end. */
public final class EmbeddingMain {
    private EmbeddingMain() {}

    public static void main(String[] kinds) throws Exception {
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            loaders.add(embed(kinds[0], kinds[1]));
        }
        awaitGone(loaders);
        if (left(loaders) == 1) {
            // The JDK remembers the latest of several things for the whole JVM. What is left of ours stays behind
            // another one.
            embed(kinds[0], kinds[1]);
            awaitGone(loaders);
        }
        System.out.println("left: " + left(loaders) + " loaders, threads " + threads());
    }

    private static void awaitGone(List<WeakReference<ClassLoader>> loaders) throws Exception {
        forgetComparedRecords();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (left(loaders) > 0 && System.nanoTime() < end) {
            System.gc();
            forgetSerialized();
            // The clock's thread ends a second after its last task.
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Embeds a program in a new JVM. Returns what is left, which is the JVM's last line.
     *
     * @param program the {@code Consumer<String>} that is embedded
     * @param kind the argument of the program
     */
    public static String left(Class<?> program, String kind) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        // What is only softly reachable is not left.
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddingMain.class.getName(),
                        program.getName(),
                        kind)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the process has not ended");
            }
            return output.strip().lines().reduce("", (before, line) -> line);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * The JDK remembers the type in the record whose equals was linked last, for the whole JVM (ObjectMethods). JUnit has
     * such records. This is another one.
     */
    private static void forgetComparedRecords() {
        record Compared(Thread thread) {}
        if (!new Compared(Thread.currentThread()).equals(new Compared(Thread.currentThread()))) {
            throw new IllegalStateException("records that are not equal");
        }
    }

    /** The JDK lets go of types that were serialized only when it reads another one. JUnit has such types. */
    private static void forgetSerialized() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(1);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            in.readObject();
        }
    }

    private static long left(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice"))
                .toList();
    }

    /** A separate method, so that no variable of main refers to the class loader. */
    private static WeakReference<ClassLoader> embed(String program, String kind) throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(new File(entry).toURI().toURL());
        }
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new), platform)) {
            Thread.currentThread().setContextClassLoader(loader);
            run(loader.loadClass(program), kind);
            return new WeakReference<>(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @SuppressWarnings("unchecked") // It is the class of another loader, of which only this is known.
    private static void run(Class<?> program, String kind) throws ReflectiveOperationException {
        ((Consumer<String>) program.getConstructor().newInstance()).accept(kind);
    }
}
