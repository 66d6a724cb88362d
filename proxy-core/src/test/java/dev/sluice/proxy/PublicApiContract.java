package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The module's {@code api.txt} lists everything that its users can name, one signature a line. So each change of the
 * public API is noticed. After an intended change, {@code mvn test -Dtest=PublicApiTest -Dsluice.test.api=write} writes
 * the file again.
 */
public abstract class PublicApiContract {
    private static final Path TEXT = Path.of("api.txt");

    private final Class<?> any;

    /**
     * @param any any class of the module
     */
    protected PublicApiContract(Class<?> any) {
        this.any = any;
    }

    @Test
    void thePublicApiIsAsListed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Class<?> type : ExportedTypes.topLevel(any)) {
            describe(type, lines);
        }
        if ("write".equals(System.getProperty("sluice.test.api"))) {
            Files.write(TEXT, lines);
        }
        assertThat(lines)
                .as("the public API of %s; if the change is intended, write api.txt again", any.getPackageName())
                .containsExactlyElementsOf(Files.readAllLines(TEXT));
    }

    private static void describe(Class<?> type, List<String> lines) {
        if (!usable(type.getModifiers())) {
            return;
        }
        String name = type.getCanonicalName();
        lines.add(name + ": " + declaration(type));
        Set<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (usable(field.getModifiers()) && !field.isSynthetic()) {
                members.add(modifiers(field) + text(field.getGenericType()) + ' ' + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (usable(constructor.getModifiers()) && !constructor.isSynthetic()) {
                members.add(modifiers(constructor) + "new(" + texts(constructor.getGenericParameterTypes()) + ')');
            }
        }
        methods(type).forEach(method -> members.add(signature(method)));
        members.forEach(member -> lines.add(name + ": " + member));
        Stream.of(type.getDeclaredClasses())
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .forEach(nested -> describe(nested, lines));
    }

    private static String declaration(Class<?> type) {
        String kind = type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        int flags = type.getModifiers() & (Modifier.ABSTRACT | Modifier.FINAL);
        String how = kind.equals("class") ? Modifier.toString(flags) + ' ' : "";
        String sealed = type.isSealed() ? "sealed " : "";
        Class<?> superclass = type.getSuperclass();
        String above = superclass == null || superclass == Object.class || !kind.equals("class") || !known(superclass)
                ? ""
                : " extends " + text(type.getGenericSuperclass());
        String interfaces = type.getGenericInterfaces().length == 0
                ? ""
                : (type.isInterface() ? " extends " : " implements ") + texts(type.getGenericInterfaces());
        return (sealed + how + kind + variables(type.getTypeParameters()) + above + interfaces).strip();
    }

    /** Its own members, and those that it inherits from a class that users cannot name. */
    private static List<Method> methods(Class<?> type) {
        List<Method> methods = new ArrayList<>();
        for (Class<?> each = type; each != null && (each == type || !known(each)); each = each.getSuperclass()) {
            Stream.of(each.getDeclaredMethods())
                    .filter(method -> usable(method.getModifiers()) && !method.isSynthetic())
                    .forEach(methods::add);
        }
        return methods;
    }

    private static boolean known(Class<?> type) {
        return Modifier.isPublic(type.getModifiers());
    }

    private static String signature(Method method) {
        String throwing =
                method.getExceptionTypes().length == 0 ? "" : " throws " + texts(method.getGenericExceptionTypes());
        String variables = variables(method.getTypeParameters());
        return modifiers(method)
                + (variables.isEmpty() ? "" : variables + ' ')
                + text(method.getGenericReturnType())
                + ' '
                + method.getName()
                + '('
                + texts(method.getGenericParameterTypes())
                + ')'
                + throwing;
    }

    private static boolean usable(int modifiers) {
        return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static String modifiers(Member member) {
        int shown = member.getModifiers() & (Modifier.STATIC | Modifier.PROTECTED);
        boolean optional = member instanceof Method method && method.isDefault();
        return (optional ? "default " : "") + (shown == 0 ? "" : Modifier.toString(shown) + ' ');
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(each -> each.getName()
                                + (each.getBounds()[0] == Object.class ? "" : " extends " + texts(each.getBounds())))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String texts(Type[] types) {
        return Arrays.stream(types).map(PublicApiContract::text).collect(Collectors.joining(", "));
    }

    /** The signature without package names that are obvious: those that need no import, and the module's own. */
    private static String text(Type type) {
        return type.getTypeName()
                .replaceAll("\\b(?:java|javax|dev|org)\\.(?:[a-z0-9]+\\.)+", "")
                .replace('$', '.');
    }
}
