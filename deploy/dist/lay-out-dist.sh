#!/bin/sh
# Lays out a distribution: DIST/lib holds jars when this starts; afterwards
#   DIST/bin/NAME         launcher, exec java
#   DIST/lib/native       Netty's native libraries of this machine's architecture
#   DIST/lib/NAME.jsa     class-data archive (JDK 17 takes it only while path and time of every
#                         jar stay as they are, so nothing in lib may be touched after this)
#   DIST/lib/NAME-WORD.jsa  another one, for the command WORD
#   DIST/lib/NAME.classes   what goes into it
#   DIST/lib/make-archives  makes the archives anew, for instance where DIST was copied to
# and the jars of natives, of this platform and of others, are gone.
#
# usage: lay-out-dist.sh DIST NAME MAIN-CLASS REHEARSAL [JVM-OPTION…]
#          [--command WORD REHEARSAL OPTIONS-WITH-VALUE [VARIABLE=VALUE…] [JVM-OPTION…]]
# REHEARSAL is a script, called with the launcher's path and a scratch directory, that runs what
# should start fast; every class it loads goes into the archive. It may fail: then the archive
# holds less. JVM options hold no blanks.
#
# A command that runs for long, and so should be small rather than quick to start, can have an
# archive, variables and options of its own; the options come after the general ones.
# OPTIONS-WITH-VALUE is a pattern of case: the options before the command that take the next word
# as their value.
set -eu

dist=$(cd "$1" && pwd)
name=$2
main=$3
rehearsal=$4
shift 4
options=
while [ $# -gt 0 ] && [ "$1" != --command ]; do
  options="$options${options:+ }$1"
  shift
done
command='' command_rehearsal='' valued='' command_variables='' command_options=''
if [ $# -gt 0 ]; then
  command=$2 command_rehearsal=$3 valued=$4
  shift 4
  for word in "$@"; do
    case $word in
      -*) command_options="$command_options $word" ;;
      *) command_variables="$command_variables $word" ;;
    esac
  done
fi
lib=$dist/lib
java_bin=${JAVA_HOME:+$JAVA_HOME/bin/}

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=osx ;;
  *) os=unknown ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=x86_64 ;;
  aarch64 | arm64) arch=aarch_64 ;;
  *) arch=unknown ;;
esac

mkdir -p "$dist/bin" "$lib/native"

# --- native libraries -------------------------------------------------------------------------
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for jar in "$lib"/netty-*-linux-*.jar "$lib"/netty-*-osx-*.jar "$lib"/netty-*-windows-*.jar; do
  [ -e "$jar" ] || continue
  case $jar in
    *-"$os"-"$arch".jar)
      (cd "$scratch" && "${java_bin}jar" xf "$jar" META-INF/native)
      for library in "$scratch"/META-INF/native/*; do
        case $library in
          *.so | *.jnilib | *.dylib) mv "$library" "$lib/native/" ;;
        esac
      done
      rm -rf "$scratch/META-INF"
      ;;
  esac
  rm "$jar"
done
# The jar without a classifier of boringssl-static only names the others.
rm -f "$lib"/netty-tcnative-boringssl-static-[0-9]*.Final.jar

# --- launcher ---------------------------------------------------------------------------------
# ArchiveRelocationMode=0 maps the archive where it was made for. Mode 1, the default of late builds
# of 17, moves it on every start, which makes its pages private memory (15 MB in an idle agent).
class_path=
for jar in "$lib"/*.jar; do
  # shellcheck disable=SC2016 # $home is the launcher's
  class_path=$class_path${class_path:+:}'$home/lib/'${jar##*/}
done
launcher=$dist/bin/$name
cat > "$launcher.new" <<EOF
#!/bin/sh
# Starts $name.
self=\$0
while [ -L "\$self" ]; do
  link=\$(readlink "\$self")
  case \$link in
    /*) self=\$link ;;
    *) self=\${self%/*}/\$link ;;
  esac
done
home=\$(CDPATH= cd -P -- "\${self%/*}/.." && pwd) || exit 1
if [ -x "\$home/runtime/bin/java" ]; then
  java=\$home/runtime/bin/java
elif [ -n "\${JAVA_HOME:-}" ] && [ -x "\$JAVA_HOME/bin/java" ]; then
  java=\$JAVA_HOME/bin/java
elif command -v java > /dev/null; then
  java=java
else
  echo "$name: no Java found; install a Java 17 runtime, or set JAVA_HOME." >&2
  exit 1
fi
archive=$name options=
EOF
if [ -n "$command" ]; then
  cat >> "$launcher.new" <<EOF
# The command is the first word that is neither an option nor an option's value.
value=
for word in "\$@"; do
  case \$value\$word in
    $valued) value=value: ;;
    value:* | -*) value= ;;
    $command)
      archive=$name-$command
      options='$command_options'
      ${command_variables:+export$command_variables}
      break
      ;;
    *) break ;;
  esac
done
EOF
fi
cat >> "$launcher.new" <<EOF
# Without an archive of ours the runtime's own is better than none.
[ -e "\$home/lib/\$archive.jsa" ] && shared=yes || shared=
# shellcheck disable=SC2086 # no option holds a blank
exec "\$java" \${shared:+"-XX:SharedArchiveFile=\$home/lib/\$archive.jsa"} \\
  -Xlog:disable -Xlog:all=error:stderr \\
  -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 \\
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData $options \$options \\
  -Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 -Djdk.console=java.base \\
  -Djava.library.path="\$home/lib/native" -Djava.net.preferIPv6Addresses=system \\
  -cp "$class_path" \\
  $main "\$@"
EOF
chmod 755 "$launcher.new"
mv "$launcher.new" "$launcher"

# --- class-data archives ----------------------------------------------------------------------
cat > "$lib/make-archives" <<EOF
#!/bin/sh
# Makes the class-data archives of $name. Java takes one only while the path and time of every jar are
# as they were when it was made: so after this tree was copied, run this once.
set -eu
home=\$(CDPATH= cd -P -- "\${0%/*}/.." && pwd)
if [ -x "\$home/runtime/bin/java" ]; then
  java=\$home/runtime/bin/java
else
  java=\${JAVA_HOME:+\$JAVA_HOME/bin/}java
fi
for classes in "\$home"/lib/*.classes; do
  archive=\${classes%.classes}.jsa
  rm -f "\$archive"
  "\$java" -Xshare:dump -XX:SharedArchiveFile="\$archive" -XX:SharedClassListFile="\$classes" \\
    -Xlog:disable -Xlog:all=error:stderr -cp "$class_path"
done
EOF
chmod 755 "$lib/make-archives"

# classes NAME REHEARSAL
classes() {
  mkdir "$scratch/$1" "$scratch/$1/lists" "$scratch/$1/work"
  # %p: a rehearsal starts several processes
  JDK_JAVA_OPTIONS="-XX:DumpLoadedClassList=$scratch/$1/lists/%p" \
    sh "$2" "$launcher" "$scratch/$1/work" > "$scratch/$1/log" 2>&1 || {
    echo "$name: the rehearsal for the class-data archive $1 failed:" >&2
    sed 's/^/  /' "$scratch/$1/log" >&2
  }
  cat "$scratch/$1/lists"/* 2> /dev/null | awk '!seen[$0]++' > "$lib/$1.classes"
}
rm -f "$lib"/*.jsa "$lib"/*.classes
classes "$name" "$rehearsal"
[ -z "$command" ] || classes "$name-$command" "$command_rehearsal"
sh "$lib/make-archives"
