// Vault's own program in its minimal build, with the one plugin more that clusters log in by: the kubernetes auth method.
// The build with all plugins compiles for twice as long, and none of the others is tested here.
package main

import (
	"os"
	"reflect"
	"unsafe"

	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	"github.com/hashicorp/vault/command"
	"github.com/hashicorp/vault/helper/builtinplugins"
	"github.com/hashicorp/vault/sdk/logical"
)

// The registry of builtin plugins is chosen by build tags alone, and its type is not exported. A version of Vault that
// has another shape ends here at its start, with the field's name.
func main() {
	field := reflect.ValueOf(builtinplugins.Registry).Elem().FieldByName("credentialBackends")
	methods := reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
	method := reflect.New(methods.Type().Elem()).Elem()
	method.FieldByName("Factory").Set(reflect.ValueOf(logical.Factory(kubernetes.Factory)))
	methods.SetMapIndex(reflect.ValueOf("kubernetes"), method)
	os.Exit(command.Run(os.Args[1:]))
}
