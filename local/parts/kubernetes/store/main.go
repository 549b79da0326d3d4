// The API server's store: etcd's protocol over memory, on a unix socket.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"github.com/k3s-io/kine/pkg/drivers"
	"github.com/k3s-io/kine/pkg/drivers/memory"
	"github.com/k3s-io/kine/pkg/server"
	"google.golang.org/grpc"
)

// The API server trusts watch progress from this version on.
const etcdVersion = "3.6.11"

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: store SOCKET")
	}
	ctx := context.Background()
	_, backend, err := memory.New(ctx, &sync.WaitGroup{}, &drivers.Config{})
	if err != nil {
		log.Fatal(err)
	}
	if err := backend.Start(ctx); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	grpcServer := grpc.NewServer(grpc.MaxRecvMsgSize(8 << 20))
	server.New(backend, "http", 5*time.Second, etcdVersion).Register(grpcServer)
	log.Fatal(grpcServer.Serve(listener))
}
