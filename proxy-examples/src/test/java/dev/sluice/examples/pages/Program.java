package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Statements of a page, compiled as a separate class that imports everything public.
 *
 * @param folder the folder of its classes
 */
record Program(Path folder, String name) {
    private static final Pattern DECLARED = Pattern.compile("^[A-Z][\\w<>, ]* (\\w+) = ", Pattern.MULTILINE);
    private static final Pattern EXPORTED = Pattern.compile("exports ([\\w.]+);");

    private static final String IMPORTS = Stream.concat(
                    Stream.of("core", "balancer").flatMap(Program::exported),
                    Stream.of(
                            "java.io",
                            "java.net",
                            "java.net.http",
                            "java.nio.charset",
                            "java.nio.file",
                            "java.security",
                            "java.time",
                            "java.util",
                            "java.util.concurrent",
                            "javax.net.ssl"))
            // The pages about tests have tests of their own; the README shows some of the classes.
            .filter(each -> !each.startsWith("dev.sluice.proxy.testing."))
            .map(each -> "import " + each + ".*;\n")
            .collect(Collectors.joining(
                    "",
                    "",
                    "import dev.sluice.proxy.Principal;\nimport dev.sluice.proxy.auth.Authenticator;\n"
                            + "import dev.sluice.proxy.testing.gateway.Answer;\n"
                            + "import dev.sluice.proxy.testing.gateway.FakeGateway;\n"
                            + "import java.net.http.HttpResponse.BodyHandlers;\n"
                            + "import dev.sluice.examples.grid.*;\n"
                            + "import dev.sluice.examples.recipes.BrotliAndZstandard;\n"
                            + "import dev.sluice.examples.recipes.JsonWebTokens;\n"
                            + "import dev.sluice.examples.recipes.PasswordFile;\n"
                            + "import com.nimbusds.jose.JWSAlgorithm;\n"));

    /** Compiles a complete class. */
    static Program ofClass(String code, Path folder) throws Exception {
        String name = code.replaceAll("(?s).*public class (\\w+).*", "$1");
        return compiled(name, code, folder);
    }

    /** Compiles the {@code main} of a class from statements. */
    static Program ofMain(String statements, Path folder) throws Exception {
        return compiled(
                "Main",
                IMPORTS + "public class Main { public static void main(String[] args) throws Exception {\n" + statements
                        + "} }",
                folder);
    }

    /**
     * Compiles statements to a method. Its parameters are the variables that the statements use, and it returns the
     * variables that they declare.
     */
    static Program ofStatements(String statements, Map<String, Class<?>> given, Path folder) throws Exception {
        String parameters = given.entrySet().stream()
                .map(each -> each.getValue().getName() + ' ' + each.getKey())
                .collect(Collectors.joining(", "));
        String results = DECLARED.matcher(statements)
                .results()
                .map(each -> '"' + each.group(1) + "\", " + each.group(1))
                .collect(Collectors.joining(", "));
        return compiled(
                "Statements",
                IMPORTS + "public class Statements { public static Map<String, Object> run(" + parameters
                        + ") throws Exception {\n" + statements + "\nreturn Map.of(" + results + "); } }",
                folder);
    }

    static boolean declares(String statements, String variable) {
        return DECLARED.matcher(statements)
                .results()
                .anyMatch(each -> each.group(1).equals(variable));
    }

    /** Runs statements with assertions on, and returns the variables that they declare. */
    @SuppressWarnings("unchecked")
    Map<String, Object> run(List<Class<?>> types, List<Object> values) throws Exception {
        URL[] classes = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, Program.class.getClassLoader())) {
            loader.setDefaultAssertionStatus(true);
            return (Map<String, Object>) loader.loadClass(name)
                    .getMethod("run", types.toArray(Class<?>[]::new))
                    .invoke(null, values.toArray());
        }
    }

    private static Program compiled(String name, String text, Path folder) throws Exception {
        Path classes = Files.createTempDirectory(folder, "classes");
        StringWriter messages = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()),
                        null,
                        List.of(source(name, text)))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
        return new Program(classes, name);
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static Stream<String> exported(String module) {
        Path file = Path.of("..", "proxy-" + module, "src", "main", "java", "module-info.java");
        try {
            return EXPORTED.matcher(Files.readString(file)).results().map(each -> each.group(1));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
