// The API server's store: etcd's protocol over memory, on a unix socket. It ends with its standard input.
package main

import (
	"context"
	"io"
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

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: store SOCKET")
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	_, backend, err := memory.New(ctx, &running, &drivers.Config{})
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
	// 3.6.11: the API server then trusts watch progress.
	bridge := server.New(backend, "http", 5*time.Second, "3.6.11")
	grpcServer := grpc.NewServer(grpc.MaxRecvMsgSize(8 << 20))
	bridge.Register(grpcServer)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		grpcServer.Stop()
		stop()
	}()
	if err := grpcServer.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
