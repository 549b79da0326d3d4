# Ends what a crashed parent has left: reads "+pid" and "-pid" lines; when the parent's end of the pipe closes, every
# process group still listed gets SIGTERM, then SIGKILL. It must never know what the processes are.
trap '' INT HUP TERM
groups=
while read -r line; do
  pid=${line#?}
  case $line in
    +*) groups="$groups $pid" ;;
    -*)
      left=
      for one in $groups; do [ "$one" = "$pid" ] || left="$left $one"; done
      groups=$left
      ;;
  esac
done
[ -z "$groups" ] && exit 0
for one in $groups; do kill -s TERM -- "-$one" 2>/dev/null; done
tries=0
while [ $tries -lt 20 ]; do
  alive=
  for one in $groups; do kill -s 0 -- "-$one" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && exit 0
  sleep 0.1
  tries=$((tries + 1))
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
exit 0
