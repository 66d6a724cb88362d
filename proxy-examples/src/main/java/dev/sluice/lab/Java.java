package dev.sluice.lab;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JDK that children run on.
 *
 * @param java the launcher
 * @param version such as {@code 25.0.3}
 */
public record Java(Path java, String version) {
    private static final Pattern VERSION = Pattern.compile("version \"([^\"]+)\"");

    /**
     * The JDKs by path. Each is asked for its version once, because the question would slow down a start that is
     * measured.
     */
    private static final Map<String, Java> KNOWN = new ConcurrentHashMap<>();

    /** The JDK of this JVM. */
    public static Java running() {
        return new Java(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Runtime.version().toString());
    }

    /**
     * The JDK with this home or launcher; null means the JDK of this JVM.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Java at(@Nullable String path) {
        return path == null ? running() : KNOWN.computeIfAbsent(path, Java::found);
    }

    private static Java found(String path) {
        Path given = Path.of(path);
        Path launcher = Files.isDirectory(given) ? given.resolve("bin").resolve("java") : given;
        if (!Files.isExecutable(launcher)) {
            throw new IllegalArgumentException("--jdk is neither the home of a JDK nor a java: " + path);
        }
        Matcher version = VERSION.matcher(Programs.output(launcher.toString(), "-version"));
        if (!version.find()) {
            throw new IllegalArgumentException("--jdk does not print its version: " + path);
        }
        return new Java(launcher, version.group(1));
    }

    /** The feature version, such as 25. */
    public int feature() {
        return Integer.parseInt(version.split("[.+-]", 2)[0]);
    }

    /** The command that runs {@code main} of these classes. */
    public List<String> command(List<String> flags, Class<?> main, List<String> arguments) {
        return command(flags, "", main, arguments);
    }

    /** The command that runs {@code main} with more classes on its class path; they come first. */
    public List<String> command(List<String> flags, String moreClasses, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(flags);
        String path = moreClasses.isEmpty() ? classPath(main) : moreClasses + File.pathSeparator + classPath(main);
        command.addAll(List.of("-cp", path, main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** The class path that {@code main} was loaded from. Under Maven it is not the JVM's class path. */
    private static String classPath(Class<?> main) {
        if (!(main.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        List<String> files = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            try {
                files.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return String.join(File.pathSeparator, files);
    }
}
